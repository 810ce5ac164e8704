/** Servers, and what else takes seconds to start, stay for the tests of the same worker that come next. */

interface Running {
  stop(): Promise<unknown>;
}

/** An idle server takes memory only. */
const mostAtOnce = 6;
/** What stops each of those that run, the one used last at the end. */
const stops: (() => Promise<unknown>)[] = [];

/** Makes a function that starts something once for the same settings, and answers what runs already after that. */
export function kept<T extends Running>(start: (settings: Record<string, string>) => Promise<T>) {
  const all = new Map<string, { running: Promise<T>; stop: () => Promise<unknown> }>();

  function begin(key: string, settings: Record<string, string>) {
    const running = start(settings);
    const stop = async () => {
      all.delete(key);
      await (await running).stop();
    };
    running.catch(() => all.delete(key));
    const one = { running, stop };
    all.set(key, one);
    return one;
  }

  return async (settings: Record<string, string> = {}): Promise<T> => {
    const key = JSON.stringify(settings);
    const { running, stop } = all.get(key) ?? begin(key, settings);
    const result = await running;
    const place = stops.indexOf(stop);
    if (place >= 0) stops.splice(place, 1);
    stops.push(stop);
    if (stops.length > mostAtOnce) await stops.shift()?.();
    return result;
  };
}

export async function stopAllKept(): Promise<void> {
  await Promise.all(stops.splice(0).map((stop) => stop()));
}

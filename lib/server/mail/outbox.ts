import 'server-only';

/** Connects whoever writes a mail to this process's sender. */
export interface Outbox {
  /** Ends the sender's wait: a mail that was just written need not wait for its next round. */
  wake(): void;
  /** Resolves at a `wake`, at once if one came since the last wait, or after `ms`. Keeps no process alive. */
  wait(ms: number): Promise<void>;
}

export function outbox(): Outbox {
  let isWoken = false;
  let end = () => {};
  return {
    wake() {
      isWoken = true;
      end();
    },
    async wait(ms) {
      if (!isWoken)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms).unref();
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      isWoken = false;
    },
  };
}

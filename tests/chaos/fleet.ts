/** Two instances of the built app on one database, of which one may be killed at any time. */
import { freePort, type RunningServer, startServer } from '#tests/support/server.ts';
import type { Dice } from './dice.ts';
import type { Counted, Ledger } from './ledger.ts';

const metricsToken = 'tests-only-metrics-token-0123456789';
const lookEveryMs = 500;

export interface Fleet {
  /** Either of the two, whether it runs or not: what is in front of them does not know. */
  target(): number;
  /** Kills one as a crash would, and starts it again on the same port. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** What they counted is added up; of one that is killed, what it said last. */
export async function startFleet(settings: Record<string, string>, dice: Dice, ledger: Ledger): Promise<Fleet> {
  const shared = { ...settings, METRICS_TOKEN: metricsToken, LOG_LEVEL: 'error' };
  const ports: [number, number] = [await freePort(), await freePort()];
  const start = (port: number) => startServer({ ...shared, PORT: String(port) });
  const running = new Map<number, RunningServer>();
  for (const port of ports) running.set(port, await start(port));
  const last = new Map<number, Map<Counted, number>>();

  async function look(port: number): Promise<void> {
    const headers = { Authorization: `Bearer ${metricsToken}` };
    try {
      const answer = await fetch(`http://localhost:${port}/api/metrics`, { headers });
      if (answer.ok) last.set(port, refreshesIn(await answer.text()));
    } catch {
      // It is being killed, or is not there yet.
    }
  }

  function settle(port: number): void {
    for (const [outcome, times] of last.get(port) ?? []) ledger.count(outcome, times);
    last.delete(port);
    for (const line of running.get(port)?.output ?? []) if (line.includes('"event":"fault"')) ledger.faults.push(line);
  }

  const looking = setInterval(() => ports.forEach((port) => void look(port)), lookEveryMs);
  return {
    target: () => dice.pick(ports),
    async kill() {
      const port = dice.pick(ports);
      await look(port);
      await running.get(port)?.stop('SIGKILL');
      settle(port);
      running.set(port, await start(port));
      ledger.count('killed');
    },
    async stop() {
      clearInterval(looking);
      for (const port of ports) {
        await look(port);
        settle(port);
      }
      await Promise.all([...running.values()].map((server) => server.stop()));
    },
  };
}

const outcomes: readonly Counted[] = ['rotated', 'repeated', 'replaced', 'reuse', 'ended', 'forged', 'rollback'];

function refreshesIn(metrics: string): Map<Counted, number> {
  const found = new Map<Counted, number>();
  for (const [, outcome, times] of metrics.matchAll(/^latchkey_refreshes_total\{outcome="(\w+)"\} (\d+)$/gm)) {
    const known = outcomes.find((one) => one === outcome);
    if (known) found.set(known, Number(times));
  }
  return found;
}

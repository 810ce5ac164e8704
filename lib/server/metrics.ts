import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { PasswordHasher } from './crypto/password-hasher.ts';

export interface Metrics {
  registry: Registry;
  signIns: Counter<'outcome'>;
  /** By what the rotation decided. */
  refreshes: Counter<'outcome'>;
}

/** Prometheus metrics of this process. */
export function metrics(hasher: Pick<PasswordHasher, 'waiting'>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'latchkey_hash_queue',
    help: 'Passwords waiting for a hashing thread',
    registers: [registry],
    collect() {
      this.set(hasher.waiting);
    },
  });
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['outcome'], registers: [registry] });
  return {
    registry,
    signIns: counter('latchkey_sign_ins_total', 'Password sign-ins by outcome'),
    refreshes: counter('latchkey_refreshes_total', 'Refresh tokens presented, by outcome'),
  };
}

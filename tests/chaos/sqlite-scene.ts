/** A SQLite file on a small disk of its own, which can be full or read-only. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { start } from '#tests/contract/processes/start.ts';
import type { Ledger } from './ledger.ts';
import type { Scene } from './phase.ts';

const faultMs = 3000;
const diskMegabytes = 64;

export function sqliteScene(ledger: Ledger): Scene {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-chaos-'));
  const file = join(folder, 'test.db');
  const filler = join(folder, 'filler');
  const readOnlyMount = ['-o', 'remount,ro', folder];
  const failure = mount(['-t', 'tmpfs', '-o', `size=${diskMegabytes}m`, 'latchkey-chaos', folder]);
  if (failure) ledger.notes.push(`Disk full and read-only were not made; that takes a tmpfs, as root (${failure}).`);

  async function lock(): Promise<void> {
    const held = await start('hold-lock.ts', file);
    await delay(faultMs);
    await held.finish();
    ledger.count('locked');
  }

  /** Fills the disk for as long as `during` takes. With an empty WAL: what stands in it already could be written over. */
  async function whileFull(during: () => Promise<void>): Promise<void> {
    const client = new Database(file);
    client.pragma('wal_checkpoint(TRUNCATE)');
    client.close();
    try {
      fillUp(filler);
      await during();
    } finally {
      rmSync(filler);
    }
  }

  async function full(): Promise<void> {
    await whileFull(() => delay(faultMs));
    ledger.count('diskFull');
  }

  /** A disk on which a file is open for writing stays as it is. On a full one the instances close theirs, time and again. */
  async function readOnly(): Promise<void> {
    await whileFull(async () => {
      const deadline = performance.now() + 3 * faultMs;
      let refusal = mount(readOnlyMount);
      for (; refusal && performance.now() < deadline; refusal = mount(readOnlyMount)) await delay(5);
      if (!refusal) await delay(faultMs);
      mount(['-o', 'remount,rw', folder]);
      if (refusal) ledger.notes.push(`The disk could not be made read-only this once (${refusal}).`);
      else ledger.count('readOnly');
    });
  }

  return {
    databaseUrl: `file:${file}`,
    faults: failure ? [lock] : [lock, full, readOnly],
    async stop() {
      // At once, whoever still has a file of it open.
      if (!failure) spawnSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Why it could not be done; empty where it was. */
function mount(words: string[]): string {
  const { status, stderr, error } = spawnSync('mount', words, { encoding: 'utf8' });
  return status === 0 ? '' : (error?.message ?? stderr.split('\n', 1)[0] ?? 'no reason given');
}

/** Writes until nothing more goes in. */
function fillUp(file: string): void {
  for (const size of [2 ** 20, 2 ** 12]) {
    const bytes = Buffer.alloc(size);
    try {
      for (;;) appendFileSync(file, bytes);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
}

/** The requests that tests/fuzz makes, as bytes. */
import * as fc from 'fast-check';
import { changes } from '#tests/fuzz/changes.ts';
import type { Ask } from '#tests/fuzz/request.ts';
import { goodRequests } from '#tests/fuzz/requests.ts';
import { goodWires, type Wire, written } from '#tests/fuzz/wire.ts';
import { wireChanges } from '#tests/fuzz/wire-changes.ts';
import type { World } from '#tests/fuzz/world.ts';
import { seed } from '#tests/support/seed.ts';
import type { Case } from './pair.ts';

/** Leaves out what the servers count: its numbers differ. metrics.test.ts compares the names. */
const requests = goodRequests.filter(({ name }) => name !== 'GET metrics');

/** Makes requests of every kind, with up to three changes. Each needs an Ann of its own. */
export function changedRequests(count: number): Case[] {
  const some = fc.sample(fc.tuple(fc.constantFrom(...requests), changes), { seed, numRuns: count });
  return some.map(
    ([good, changed]) =>
      (world) =>
        bytesOf(changed.reduce((ask, change) => change.to(ask, world), good.make(world))),
  );
}

/** Makes each good request as it is, and without a token or cookie. */
export function goodOnes(): Case[] {
  return requests.flatMap(({ make }) => [
    (world: World) => bytesOf(make(world)),
    (world: World) => {
      const { authorization: _, cookie: __, ...headers } = make(world).headers;
      return bytesOf({ ...make(world), headers });
    },
  ]);
}

/** Makes requests that no HTTP client would send, with one to three changes, with good tokens and with bad ones. */
export function changedWires(count: number): Case[] {
  const all = fc.tuple(
    fc.nat(goodWires({ access: '', refresh: '', session: '' }).length - 1),
    fc.boolean(),
    wireChanges,
  );
  return fc.sample(all, { seed, numRuns: count }).map(([at, isGood, changed]) => ({ ann: { tokens } }) => {
    const good = goodWires(isGood ? tokens : { ...tokens, access: `${tokens.access}x`, refresh: `${tokens.refresh}x` });
    const wire = good[at] as Wire;
    return written(changed.reduce((made, change) => change.to(made), wire));
  });
}

/** Writes a request as it goes over the wire; the last of its connection. */
export function bytesOf({ method, path, headers, body }: Ask): string {
  const sent = { host: 'localhost:3000', ...headers, connection: 'close' };
  const lines = Object.entries(sent).map(([name, content]) => `${name}: ${content}`);
  const text = Buffer.from(body ?? '');
  const isSaid = 'content-length' in headers || 'transfer-encoding' in headers;
  if (body !== null && !isSaid) lines.push(`content-length: ${text.length}`);
  const target = Buffer.from(path).toString('latin1');
  return `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${text.toString('latin1')}`;
}

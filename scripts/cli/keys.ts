import { type KeyAlgorithm, keyAlgorithms } from '#lib/core/setting-kinds.ts';
import type { ServerSettings } from '#lib/core/settings.ts';
import { sealedSecrets } from '#lib/server/crypto/sealed-secrets.ts';
import { keySetLine, newKey, newSecret, newSecrets } from '../secrets.ts';
import { type Command, parse, UsageError, withDatabase } from './command.ts';
import { put } from './settings-file.ts';
import type { Terminal } from './terminal.ts';

/** A setting that holds keys, newest first, and how its keys are rotated. */
interface Kind {
  name: 'AUTH_SECRET' | 'SESSION_SECRET' | 'ACCESS_TOKEN_KEYS';
  /** Makes the value for a settings file, with a new key in front of the others. */
  rotated(env: ServerSettings): Promise<string>;
  /** Makes the value for a settings file with the newest key only. */
  pruned(env: ServerSettings): string;
  /** Tells for how long the old key is still needed, and which setting decides that. */
  neededFor(env: ServerSettings): string;
}

const kinds: Record<string, Kind> = {
  auth: {
    name: 'AUTH_SECRET',
    rotated: async ({ AUTH_SECRET }) => [newSecret(), ...AUTH_SECRET].join(','),
    pruned: ({ AUTH_SECRET }) => AUTH_SECRET[0] ?? '',
    // Never less than a day, which covers the hour of a mailed link.
    neededFor: ({ SESSION_MAX_SECONDS }) => `${Math.ceil(SESSION_MAX_SECONDS / 86_400)} days (SESSION_MAX_SECONDS)`,
  },
  session: {
    name: 'SESSION_SECRET',
    rotated: async ({ SESSION_SECRET }) => [newSecret(), ...SESSION_SECRET].join(','),
    pruned: ({ SESSION_SECRET }) => SESSION_SECRET[0] ?? '',
    neededFor: ({ ACCESS_TTL_SECONDS }) => `${ACCESS_TTL_SECONDS} s (ACCESS_TTL_SECONDS)`,
  },
  access: {
    name: 'ACCESS_TOKEN_KEYS',
    rotated: async ({ ACCESS_TOKEN_KEYS }) =>
      keySetLine([await newKey(ACCESS_TOKEN_KEYS[0]?.alg), ...ACCESS_TOKEN_KEYS]),
    pruned: ({ ACCESS_TOKEN_KEYS }) => keySetLine(ACCESS_TOKEN_KEYS.slice(0, 1)),
    neededFor: ({ ACCESS_TTL_SECONDS }) => `${ACCESS_TTL_SECONDS} s (ACCESS_TTL_SECONDS)`,
  },
};
const usage = Object.keys(kinds).join('|');

function kindOf(word = ''): Kind {
  const kind = Object.hasOwn(kinds, word) ? kinds[word] : undefined;
  if (!kind) throw new UsageError(`Which keys? ${usage}`);
  return kind;
}

/** Rewrites the setting in the settings file that it comes from. Prints the new value only if that cannot be done. */
function set({ isInEnvironment, settingsFiles, print }: Terminal, name: Kind['name'], value: string): void {
  const file = isInEnvironment(name) ? null : put(settingsFiles, name, value);
  print(file ? `${name} is rewritten in ${file}.` : `Set ${name}, where the app gets it from, to:\n${value}`);
}

/** Puts the last key in front. Throws if there is one only. Every instance and every other backend must know it by now. */
function promoted({ ACCESS_TOKEN_KEYS: keys }: ServerSettings): string {
  if (keys.length === 1) throw new Error('There is one access key only. --add makes another.');
  return keySetLine([...keys.slice(-1), ...keys.slice(0, -1)]);
}

const algorithms = keyAlgorithms.join('|');

/** Reads the option `--alg`. Throws `UsageError` if it names an algorithm that access keys cannot have. */
function algorithmOf(word: string | boolean | undefined): KeyAlgorithm | undefined {
  const alg = keyAlgorithms.find((one) => one === word);
  if (word !== undefined && !alg) throw new UsageError(`Which algorithm? ${algorithms}`);
  return alg;
}

export const keysNew: Command = {
  usage: `[--alg ${algorithms}]`,
  about:
    'Prints the three secrets of a new deployment, as lines of a settings file. `npm start` needs no help with it.',
  run: async (words, terminal) => {
    const { values } = parse(words, [], { alg: { type: 'string' } });
    for (const line of await newSecrets(algorithmOf(values.alg))) terminal.print(line);
    return 0;
  },
};

const stepOptions = { add: { type: 'boolean' }, promote: { type: 'boolean' }, alg: { type: 'string' } } as const;

export const keysRotate: Command = {
  usage: `${usage} [--add | --promote] [--alg ${algorithms}]`,
  about:
    'Makes a new key; the old ones stay good, and nobody is signed out. With several instances, or other backends that read the key set: access --add first, and access --promote once all have restarted. The new key has the algorithm of the newest; one with another --alg is only added.',
  run: async (words, terminal) => {
    const { positionals, values } = parse(words, [usage], stepOptions);
    const kind = kindOf(positionals[0]);
    const { add: isAdd, promote: isPromote } = values;
    const asked = algorithmOf(values.alg);
    if ((isAdd || isPromote || asked) && kind.name !== 'ACCESS_TOKEN_KEYS')
      throw new UsageError('--add, --promote and --alg are for the access keys.');
    if (isPromote && (isAdd || asked))
      throw new UsageError('--add first, --promote once every instance has restarted.');
    const env = terminal.settings();
    const current = env.ACCESS_TOKEN_KEYS[0]?.alg;
    const alg = asked ?? current;
    if (isAdd || alg !== current) {
      set(terminal, kind.name, keySetLine([...env.ACCESS_TOKEN_KEYS, await newKey(alg)]));
      if (alg !== current) terminal.print(`Make sure that every backend which verifies tokens accepts ${alg}.`);
      terminal.print('Restart every instance, and wait five minutes. Then: keys rotate access --promote');
      return 0;
    }
    set(terminal, kind.name, isPromote ? promoted(env) : await kind.rotated(env));
    terminal.print(`Restart every instance. Prune the old one ${kind.neededFor(env)} after that, no sooner.`);
    return 0;
  },
};

/** Refuses to take a key away that seals the secret of an authenticator app. Each is sealed anew as its person uses it. */
async function requireUnneeded(terminal: Terminal, env: ServerSettings): Promise<void> {
  const { newestKid } = sealedSecrets(env.AUTH_SECRET);
  const needed = await withDatabase(terminal, ({ store, clock }) => store.countSealedByOthers(newestKid, clock()));
  if (needed > 0)
    throw new Error(
      `Not pruned: ${needed} of the authenticator apps are sealed with an old key, each until its person uses it again. With --force their codes are taken no more: these people then need a recovery code, or \`factors reset\`.`,
    );
}

export const keysPrune: Command = {
  usage: `${usage} [--force]`,
  about:
    'Keeps the newest key alone. Too soon, and people have to sign in again, or ask for a mailed link again. Refuses while authenticator apps need an old key; --force takes it away from them.',
  run: async (words, terminal) => {
    const { positionals, values } = parse(words, [usage], { force: { type: 'boolean' } });
    const kind = kindOf(positionals[0]);
    const env = terminal.settings();
    if (env[kind.name].length === 1) {
      terminal.print('There is one key only: nothing to prune.');
      return 0;
    }
    if (kind.name === 'AUTH_SECRET' && values.force !== true) await requireUnneeded(terminal, env);
    set(terminal, kind.name, kind.pruned(env));
    terminal.print('Restart every instance.');
    return 0;
  },
};

import type { ServerSettings } from '#lib/core/settings.ts';
import { serverEnv } from '#lib/server/env.ts';
import { keySetLine, newKey, newSecret } from '../secrets.ts';
import { type Command, parse, UsageError } from './command.ts';
import { put } from './settings-file.ts';

const file = '.env.local';

interface Kind {
  name: 'AUTH_SECRET' | 'SESSION_SECRET' | 'ACCESS_TOKEN_KEYS';
  /** The value as it stands in a settings file, with a new key in front. */
  rotated(env: ServerSettings): Promise<string>;
  /** The newest alone. */
  pruned(env: ServerSettings): string;
  /** Until when the old one is needed. */
  patience(env: ServerSettings): string;
}

const kinds: Record<string, Kind> = {
  auth: {
    name: 'AUTH_SECRET',
    rotated: async ({ AUTH_SECRET }) => [newSecret(), ...AUTH_SECRET].join(','),
    pruned: ({ AUTH_SECRET }) => AUTH_SECRET[0] ?? '',
    patience: ({ SESSION_MAX_SECONDS }) => `${Math.ceil(SESSION_MAX_SECONDS / 86_400)} days (SESSION_MAX_SECONDS)`,
  },
  session: {
    name: 'SESSION_SECRET',
    rotated: async ({ SESSION_SECRET }) => [newSecret(), ...SESSION_SECRET].join(','),
    pruned: ({ SESSION_SECRET }) => SESSION_SECRET[0] ?? '',
    patience: ({ ACCESS_TTL_SECONDS }) => `${ACCESS_TTL_SECONDS} s (ACCESS_TTL_SECONDS)`,
  },
  access: {
    name: 'ACCESS_TOKEN_KEYS',
    rotated: async ({ ACCESS_TOKEN_KEYS }) => keySetLine([await newKey(), ...ACCESS_TOKEN_KEYS]),
    pruned: ({ ACCESS_TOKEN_KEYS }) => keySetLine(ACCESS_TOKEN_KEYS.slice(0, 1)),
    patience: ({ ACCESS_TTL_SECONDS }) => `${ACCESS_TTL_SECONDS} s (ACCESS_TTL_SECONDS)`,
  },
};
const usage = Object.keys(kinds).join('|');

function kindOf(word = ''): Kind {
  const kind = Object.hasOwn(kinds, word) ? kinds[word] : undefined;
  if (!kind) throw new UsageError(`Which keys? ${usage}`);
  return kind;
}

/** Where the setting comes from the settings file, it is rewritten there; else the new value is printed, and only then. */
function set(name: Kind['name'], value: string): void {
  const isRewritten = put(file, name, value, process.env[name]) === 'rewritten';
  console.log(
    isRewritten ? `${name} is rewritten in ${file}.` : `${name} comes from the environment. Set it there to:\n${value}`,
  );
}

/** The last key goes to the front: by now every instance and every other backend knows it. */
function promote({ ACCESS_TOKEN_KEYS: keys }: ServerSettings): string {
  return keySetLine([...keys.slice(-1), ...keys.slice(0, -1)]);
}

export const keysRotate: Command = {
  usage: `${usage} [--add | --promote]`,
  about:
    'Makes a new key; the old ones stay good, and nobody is signed out. Several instances, or other backends that read the key set: access --add first, and access --promote once all have restarted.',
  run: async (words) => {
    const { positionals, values } = parse(words, 1, { add: { type: 'boolean' }, promote: { type: 'boolean' } });
    const kind = kindOf(positionals[0]);
    const isStep = values.add === true || values.promote === true;
    if (isStep && (kind.name !== 'ACCESS_TOKEN_KEYS' || values.add === values.promote))
      throw new UsageError('--add or --promote is for the access keys.');
    const env = serverEnv();
    if (values.add === true) set(kind.name, keySetLine([...env.ACCESS_TOKEN_KEYS, await newKey()]));
    else set(kind.name, values.promote === true ? promote(env) : await kind.rotated(env));
    console.log(`Restart every instance. Prune the old one ${kind.patience(env)} after that, no sooner.`);
    return 0;
  },
};

export const keysPrune: Command = {
  usage,
  about: 'Keeps the newest key alone. Too soon, and people have to sign in again.',
  run: async (words) => {
    const { positionals } = parse(words, 1);
    const kind = kindOf(positionals[0]);
    set(kind.name, kind.pruned(serverEnv()));
    console.log('Restart every instance.');
    return 0;
  },
};

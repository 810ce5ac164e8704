/** Carries messages between the tabs of a browser. The channel reaches this origin only, and stores nothing. */
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import { tokenResponse } from './answers.ts';
import type { Environment } from './environment.ts';
import type { Claims } from './token-store.ts';

/** A message between tabs. Names the session that it is about; null if the sender does not know its id. */
export type TabMessage = Claims &
  (
    | { type: 'signed-out' }
    | { type: 'signed-in' }
    /**
     * A refresh brought this token, or a step-up: then its session takes the place of the session `replaces`. The word stays:
     * during a deployment tabs run different versions.
     */
    | { type: 'renewed'; token: TokenResponse; replaces?: string | null }
    /** Abort your refresh: this tab is about to change the cookies. They are the browser's, so every tab obeys. */
    | { type: 'stop' }
  );

export interface Tabs {
  /** Listens to the other tabs until `close`. */
  open(receive: (message: TabMessage) => void): void;
  close(): void;
  /** Tells the other tabs, also before `open`: a sign-in page may make a client for one call only. */
  post(message: TabMessage): void;
  /** Returns the newest generation of a session that another tab has named; -1 if none has. */
  newestGeneration(sessionId: string): number;
}

const channelName = 'latchkey';

export function connectTabs(env: Environment): Tabs {
  let channel: ReturnType<Environment['openChannel']> = null;
  const generations = new Map<string, number>();

  const newestGeneration = (sessionId: string) => generations.get(sessionId) ?? -1;

  function remember({ sessionId, generation }: Claims): void {
    if (sessionId === null || generation === null) return;
    generations.set(sessionId, Math.max(generation, newestGeneration(sessionId)));
  }

  return {
    open(receive) {
      channel ??= env.openChannel(channelName, (data) => {
        const message = parseMessage(data);
        if (!message) return;
        remember(message);
        receive(message);
      });
    },
    close() {
      channel?.close();
      channel = null;
    },
    post(message) {
      if (channel) return channel.post(message);
      const once = env.openChannel(channelName, () => {});
      once?.post(message);
      once?.close();
    },
    newestGeneration,
  };
}

/** Reads a message. Returns null for what this version does not understand: a tab may be running yesterday's code. */
export function parseMessage(data: unknown): TabMessage | null {
  if (typeof data !== 'object' || data === null || !('type' in data)) return null;
  const sessionId = 'sessionId' in data && typeof data.sessionId === 'string' ? data.sessionId : null;
  const generation = 'generation' in data && Number.isSafeInteger(data.generation) ? Number(data.generation) : null;
  const replaces = 'replaces' in data && typeof data.replaces === 'string' ? data.replaces : null;
  const { type } = data;
  if (type === 'signed-out' || type === 'signed-in' || type === 'stop') return { type, sessionId, generation };
  if (type !== 'renewed' || !('token' in data) || !tokenResponse.is(data.token)) return null;
  return { type, sessionId, generation, token: data.token, replaces };
}

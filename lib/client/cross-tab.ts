/** What tabs tell each other. The channel reaches this origin only; nothing said on it is stored. */
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import { tokenResponse } from './answers.ts';
import type { Claims } from './claims.ts';
import type { Environment } from './environment.ts';

/** Each names the session it is about; null where the sender could not know. */
export type TabMessage = Claims &
  (
    | { type: 'renewed'; token: TokenResponse }
    | { type: 'signed-out' }
    | { type: 'signed-in' }
    /** Abort your refresh: this tab is about to change the cookies. It is about the browser, so every tab obeys. */
    | { type: 'stop' }
  );

export interface Tabs {
  open(receive: (message: TabMessage) => void): void;
  close(): void;
  post(message: TabMessage): void;
  /** The newest generation of a session that any other tab has spoken of; -1 when none has. */
  announced(sessionId: string): number;
}

const channelName = 'latchkey';

/** Between `open` and `close` it hears; it can always speak, for a sign-in page may use a client for one call only. */
export function connectTabs(env: Environment): Tabs {
  let channel: ReturnType<Environment['openChannel']> = null;
  const generations = new Map<string, number>();

  const announced = (sessionId: string) => generations.get(sessionId) ?? -1;

  function note(message: TabMessage): void {
    const { sessionId, generation } = message;
    if (sessionId !== null && generation !== null) {
      generations.set(sessionId, Math.max(generation, announced(sessionId)));
    }
  }

  return {
    open(receive) {
      channel ??= env.openChannel(channelName, (data) => {
        const message = parseMessage(data);
        if (!message) return;
        note(message);
        receive(message);
      });
    },
    close() {
      channel?.close();
      channel = null;
    },
    post(message) {
      if (channel) return channel.post(message);
      const mouthpiece = env.openChannel(channelName, () => {});
      mouthpiece?.post(message);
      mouthpiece?.close();
    },
    announced,
  };
}

/** Null for what this version does not understand: a tab may be running yesterday's code. */
export function parseMessage(data: unknown): TabMessage | null {
  if (typeof data !== 'object' || data === null || !('type' in data)) return null;
  const sessionId = 'sessionId' in data && typeof data.sessionId === 'string' ? data.sessionId : null;
  const generation = 'generation' in data && Number.isSafeInteger(data.generation) ? Number(data.generation) : null;
  const { type } = data;
  if (type === 'signed-out' || type === 'signed-in' || type === 'stop') return { type, sessionId, generation };
  if (type !== 'renewed' || !('token' in data)) return null;
  const token = tokenResponse.safeParse(data.token);
  return token.success ? { type, sessionId, generation, token: token.data } : null;
}

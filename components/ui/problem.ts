/** Says why something failed. The API's errors fit, and so does what a form finds out before it asks the server. */
export interface Problem {
  code: string;
  /** Tells a person what happened. */
  description: string;
  /** Messages about single fields, by the names of the fields. */
  fields?: Record<string, string[]>;
  retryAfterSeconds?: number;
  /** With `second_step_required`: what is asked for. */
  secondStep?: { factors: readonly string[] };
}

/** The code of the refusal that is left when somebody was asked who they are, and gave up: their own choice needs no words. */
export const gaveUp = 'insufficient_user_authentication';

/** Says in a sentence why something did not work and, after too many tries, when to come back. */
export function problemWords({ code, description, retryAfterSeconds }: Problem): string {
  if (code !== 'slow_down' || !retryAfterSeconds) return description;
  return `Too many tries. Come back ${waiting(retryAfterSeconds)}.`;
}

function waiting(seconds: number): string {
  if (seconds < 60) return `in ${seconds} second${seconds === 1 ? '' : 's'}`;
  const minutes = Math.ceil(seconds / 60);
  const at = new Date(Date.now() + seconds * 1000).toLocaleTimeString(undefined, {
    hour: 'numeric',
    minute: '2-digit',
  });
  return `in ${minutes} minute${minutes === 1 ? '' : 's'}, at ${at}`;
}

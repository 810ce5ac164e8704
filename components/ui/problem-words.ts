interface Problem {
  code: string;
  description: string;
  retryAfterSeconds?: number;
}

/** Why something did not work, in a sentence; after too many tries, when to come back. */
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

/** What the client reads from its own access token. The server verifies; here it only tells sessions apart. */

export interface Claims {
  sessionId: string | null;
  generation: number | null;
}

/** `sid` and `gen` of a JWT's payload, unverified; null for each that cannot be read. Never throws. */
export function readClaims(jwt: string): Claims {
  const payload = decode(jwt.split('.')[1] ?? '');
  if (typeof payload !== 'object' || payload === null) return { sessionId: null, generation: null };
  return {
    sessionId: 'sid' in payload && typeof payload.sid === 'string' ? payload.sid : null,
    generation: 'gen' in payload && Number.isSafeInteger(payload.gen) ? Number(payload.gen) : null,
  };
}

function decode(part: string): unknown {
  try {
    return JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    return null;
  }
}

import { useEffect, useRef, useState } from 'react';
import type { Problem } from './problem.ts';

/**
 * Takes a link's secret out of the address before anybody could copy it from there. `isLost` says that there is none, as on a
 * page that was loaded again.
 */
export function useLinkSecret() {
  const secret = useRef('');
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (secret.current) return;
    secret.current = location.hash.slice(1);
    setLost(secret.current === '');
    history.replaceState(history.state, '', location.pathname);
  }, []);
  return { secret, isLost };
}

/** Turns a message about the link, which has no field to stand at, into a problem `void_link` with the whole form. */
export function aboutTheLink(problem: Problem): Problem {
  const [message] = problem.fields?.token ?? [];
  return message ? { code: 'void_link', description: message } : problem;
}

import { useEffect, useRef, useState } from 'react';

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

'use client';

import { CloudOff } from '#components/ui/icons.tsx';
import { useAuth } from '#lib/client/auth-provider.tsx';

/** Says that the server cannot be reached, quietly: nothing is lost, and the client keeps trying by itself. */
export function OfflineLine() {
  const isAway = useAuth().status === 'unreachable';
  return (
    <div aria-live="polite">
      {isAway && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-sm text-warn">
          <CloudOff size={16} />
          You're offline, retrying.
        </p>
      )}
    </div>
  );
}

import type { ReactNode } from 'react';
import { Frame } from '#components/shell/frame.tsx';
import { refreshAbortSeconds } from '#lib/core/policy.ts';
import { getUser } from '#lib/server/http/current-user.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

/** Puts the frame around the pages of somebody who is signed in. Guards nothing: each page calls requireUser() itself. */
export default async function ProtectedLayout({ children }: { children: ReactNode }) {
  const signedIn = await getUser();
  if (!signedIn) return children;
  return (
    <Frame user={signedIn.user} refreshAbortSeconds={refreshAbortSeconds(serverEnv().REFRESH_GRACE_SECONDS)}>
      {children}
    </Frame>
  );
}

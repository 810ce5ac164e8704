import type { ReactNode } from 'react';
import { SignOutButton } from '#components/sessions/sign-out.tsx';
import { StepUp } from '#components/step-up/step-up.tsx';
import { Logo } from '#components/ui/logo.tsx';
import { AuthProvider } from '#lib/client/auth-provider.tsx';
import type { User } from '#lib/core/accounts/user.ts';
import { paths } from '#lib/core/routes.ts';
import { DraftKeeper } from './draft-keeper.tsx';
import { Navigation } from './navigation.tsx';
import { OfflineLine } from './offline.tsx';
import { Toaster } from './toasts.tsx';

interface FrameProps {
  user: User;
  /** Limits how long one refresh may take; see refreshAbortSeconds() of lib/core/policy.ts. */
  refreshAbortSeconds: number;
  children: ReactNode;
}

/** Surrounds every page of somebody who is signed in: header, navigation, toasts, and the client that keeps the session. */
export function Frame({ user, refreshAbortSeconds, children }: FrameProps) {
  return (
    <AuthProvider user={user} refreshAbortSeconds={refreshAbortSeconds}>
      <header className="border-b bg-raised">
        <div className="mx-auto flex h-14 max-w-6xl items-center justify-between gap-4 px-4 sm:px-6">
          <a href={paths.home} className="-m-2 inline-flex rounded-md p-2">
            <Logo />
          </a>
          <Navigation />
          <SignOutButton />
        </div>
      </header>
      <OfflineLine />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto flex w-full max-w-2xl flex-1 flex-col px-4 py-8 sm:px-6 sm:py-12"
      >
        {children}
      </main>
      <Toaster />
      <StepUp />
      <DraftKeeper userId={user.id} />
    </AuthProvider>
  );
}

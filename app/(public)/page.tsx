import type { ComponentType } from 'react';
import { WatchYourOwn } from '#components/demo/links.tsx'; // demo
import { Command } from '#components/landing/command.tsx';
import { TokenStory } from '#components/landing/story.tsx';
import { buttonClass } from '#components/ui/button.tsx';
import { fontMono } from '#components/ui/font-mono.ts';
import { Logo } from '#components/ui/logo.tsx';
import { landing, paths } from '#lib/core/routes.ts';
import { getUser } from '#lib/server/http/current-user.ts';

const facts = [
  {
    title: 'No token left lying about',
    text: 'The access token lives in the page’s memory, the refresh token in a cookie that scripts cannot read. None in storage, none in a readable cookie, none in the page’s HTML.',
  },
  {
    title: 'Over means over',
    text: 'Sign out, end a device, change a password: the next request anywhere is refused, not the one five minutes later.',
  },
  {
    title: 'Yours to read',
    text: 'No service to call and no package to trust blindly: your own code, small files, SQLite, and a test for every promise.',
  },
] as const;

/** Lists what stands below the story for those who are signed in. */
const belowStory: readonly ComponentType[] = [
  WatchYourOwn, // demo
];

export default async function HomePage() {
  const signedIn = await getUser();
  return (
    <div className={`${fontMono.variable} flex flex-1 flex-col`}>
      <header className="mx-auto flex w-full max-w-6xl flex-wrap items-center justify-between gap-2 px-4 py-4 sm:px-6">
        <Logo />
        <nav aria-label="Main" className="flex items-center gap-1 sm:gap-2">
          {signedIn ? (
            <a href={landing} className={buttonClass({ size: 'small' })}>
              Open the app
            </a>
          ) : (
            <>
              <a href={paths.login} className={buttonClass({ look: 'quiet', size: 'small' })}>
                Sign in
              </a>
              <a href={paths.register} className={buttonClass({ size: 'small' })}>
                Create an account
              </a>
            </>
          )}
        </nav>
      </header>
      <main id="content" tabIndex={-1} className="mx-auto w-full max-w-6xl flex-1 px-4 pb-12 sm:px-6">
        <section className="grid items-end gap-8 pt-10 pb-12 sm:pt-20 sm:pb-16 lg:grid-cols-[1fr_auto] lg:gap-16">
          <div>
            <h1 className="max-w-[18ch] text-[2rem] leading-[1.1] font-semibold tracking-[-0.03em] sm:text-3xl sm:tracking-[-0.03em]">
              The sign-in for Next.js that your team owns
            </h1>
            <p className="mt-5 max-w-[34rem] text-lg text-muted">
              Accounts, sessions and one-time tokens, in your own code and your own database. A dropped connection signs
              nobody out; a copied session gives itself away.
            </p>
          </div>
          <div className="grid w-full gap-3 lg:w-80">
            <Command label="Run it" text="npm ci && npm start" />
            <Command label="Test it" text="npm ci && npm test" />
          </div>
        </section>
        <TokenStory />
        {signedIn && belowStory.map((Part) => <Part key={Part.name} />)}
        <section className="mt-16 grid gap-8 sm:grid-cols-3 sm:gap-10" aria-label="What you get">
          {facts.map(({ title, text }) => (
            <div key={title}>
              <h2 className="font-semibold">{title}</h2>
              <p className="mt-1.5 text-sm text-muted">{text}</p>
            </div>
          ))}
        </section>
      </main>
    </div>
  );
}

import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { SiteFooter } from '#components/shell/footer.tsx';
import { LoadWatch } from '#components/shell/load-watch.tsx';
import { parseTheme, type Theme, themeCookie } from '#components/shell/theme.ts';
import { fontSans } from '#components/ui/font-sans.ts';
import { cookieName } from '#lib/core/sessions/cookies.ts';
import { nonceOf } from '#lib/edge/security-headers.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';
import './globals.css';

// Every page carries a CSP nonce of its own, the 404 page too, so none may be rendered ahead of time.
export const dynamic = 'force-dynamic';

export const metadata: Metadata = {
  title: { default: 'Latchkey', template: '%s · Latchkey' },
  description: 'The sign-in for Next.js that your team owns.',
};

async function readTheme(): Promise<Theme> {
  const jar = await cookies();
  const name = cookieName(themeCookie, serverEnv().APP_URL.startsWith('https:'));
  return parseTheme(jar.get(name)?.value);
}

const themeColors = { light: '#f9fafb', dark: '#0d1417' } as const;

export async function generateViewport(): Promise<Viewport> {
  const theme = await readTheme();
  if (theme !== 'system') return { themeColor: themeColors[theme] };
  return {
    themeColor: [
      { media: '(prefers-color-scheme: light)', color: themeColors.light },
      { media: '(prefers-color-scheme: dark)', color: themeColors.dark },
    ],
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = await readTheme();
  const nonce = nonceOf((await headers()).get('content-security-policy'));
  return (
    <html lang="en" data-theme={theme} className={fontSans.variable}>
      <body className="flex min-h-dvh flex-col has-[[data-bottom-nav]]:pb-16 sm:has-[[data-bottom-nav]]:pb-0">
        <LoadWatch nonce={nonce} />
        <a
          href="#content"
          className="fixed top-2 left-2 z-30 -translate-y-16 rounded-md bg-accent px-4 py-2 text-sm font-medium text-accent-ink focus:translate-y-0"
        >
          Skip to content
        </a>
        {children}
        <SiteFooter theme={theme} />
      </body>
    </html>
  );
}

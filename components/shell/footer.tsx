import type { Theme } from './theme.ts';
import { ThemeSwitch } from './theme-switch.tsx';

/** Says what this is, below every page, and lets the reader choose the colours. */
export function SiteFooter({ theme }: { theme: Theme }) {
  return (
    <footer className="mx-auto flex w-full max-w-6xl items-center justify-between gap-4 px-4 py-6 text-xs text-muted sm:px-6">
      <p>Latchkey. Sign-in that a team owns.</p>
      <ThemeSwitch theme={theme} />
    </footer>
  );
}

'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { type Theme, themeCookie, themes } from '#components/ui/theme.ts';

const looks = {
  system: { label: 'System', Icon: Monitor },
  light: { label: 'Light', Icon: Sun },
  dark: { label: 'Dark', Icon: Moon },
} as const;

const yearSeconds = 365 * 24 * 60 * 60;

function choose(theme: Theme) {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet.
  document.cookie = `${themeCookie}=${theme}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax${secure}`;
  document.documentElement.dataset.theme = theme;
}

/** System, light or dark. It takes effect at once and is remembered on this device. */
export function ThemeSwitch({ theme }: { theme: Theme }) {
  return (
    <fieldset className="flex rounded-full border p-0.5">
      <legend className="sr-only">Colours</legend>
      {themes.map((name) => {
        const { label, Icon } = looks[name];
        return (
          <label
            key={name}
            title={label}
            className="grid size-8 cursor-pointer place-items-center rounded-full text-muted transition-colors hover:text-ink has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="theme"
              value={name}
              defaultChecked={name === theme}
              onChange={() => choose(name)}
              className="sr-only"
            />
            <Icon size={16} aria-hidden />
            <span className="sr-only">{label}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

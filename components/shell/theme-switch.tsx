'use client';

import { keepChoice } from '#components/ui/choice-cookie.ts';
import { Monitor, Moon, Sun } from '#components/ui/icons.tsx';
import { type Theme, themeCookie, themes } from './theme.ts';

const looks = {
  system: { label: 'System', Icon: Monitor },
  light: { label: 'Light', Icon: Sun },
  dark: { label: 'Dark', Icon: Moon },
} as const;

function choose(theme: Theme) {
  keepChoice(themeCookie, theme);
  document.documentElement.dataset.theme = theme;
}

/** Lets the reader choose system, light or dark colours. The choice takes effect at once and is remembered on this device. */
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
            <Icon size={16} />
            <span className="sr-only">{label}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

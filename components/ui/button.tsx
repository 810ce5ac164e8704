import type { ComponentProps } from 'react';

const base =
  'inline-flex items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap transition-colors cursor-pointer disabled:cursor-default disabled:opacity-55 aria-disabled:cursor-default';
const looks = {
  primary: 'bg-accent text-accent-ink not-disabled:hover:bg-accent-hover',
  secondary: 'border border-line-strong bg-raised hover:border-muted hover:bg-sunken',
  quiet: 'text-muted hover:bg-sunken hover:text-ink',
  danger: 'bg-danger text-surface hover:opacity-90',
} as const;
const sizes = { medium: 'min-h-11 px-4 text-base', small: 'min-h-9 px-3 text-sm' } as const;

interface Look {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
}

/** Returns the classes of a button, for a link that has to look like one. */
export function buttonClass({ look = 'primary', size = 'medium' }: Look = {}, extra = ''): string {
  return `${base} ${looks[look]} ${sizes[size]} ${extra}`;
}

interface ButtonProps extends ComponentProps<'button'>, Look {
  /** Shows that the work is under way. The button keeps the focus; its handler has to ignore a second press. */
  isBusy?: boolean;
}

/** Shows a button. It submits no form unless its type says so. */
export function Button({
  look,
  size,
  isBusy = false,
  className = '',
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      className={buttonClass({ ...(look && { look }), ...(size && { size }) }, className)}
    >
      {isBusy && <Spinner />}
      <span className="contents">{children}</span>
    </button>
  );
}

function Spinner() {
  return (
    <svg viewBox="0 0 16 16" className="size-4 animate-spin" aria-hidden="true">
      <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.3" />
      <path d="M8 1.5A6.5 6.5 0 0 1 14.5 8" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}

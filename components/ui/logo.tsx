/** Draws the keyhole with the name beside it. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <svg viewBox="0 0 32 32" className="size-6" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path
          className="fill-accent-ink"
          d="M16 7a5.5 5.5 0 0 0-2.75 10.26L11.6 24.1a.75.75 0 0 0 .73.9h7.34a.75.75 0 0 0 .73-.9l-1.65-6.84A5.5 5.5 0 0 0 16 7Z"
        />
      </svg>
      Latchkey
    </span>
  );
}

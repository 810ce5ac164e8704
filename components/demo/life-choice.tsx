'use client';

interface LifeChoiceProps {
  /** What the server gives. */
  issuedSeconds: number;
  /** Null: that. */
  chosen: number | null;
  onChoose: (seconds: number | null) => void;
}

const shorter = [15, 5] as const;

/** How long an access token counts as alive on this page: as issued, or less. */
export function LifeChoice({ issuedSeconds, chosen, onChoose }: LifeChoiceProps) {
  const choices = [null, ...shorter.filter((seconds) => seconds < issuedSeconds)];
  return (
    <fieldset className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <legend className="contents">
        <span className="text-sm">Access token’s life, on this page only</span>
      </legend>
      <div className="flex rounded-md border p-0.5">
        {choices.map((seconds) => (
          <label
            key={seconds ?? 'issued'}
            className="inline-flex min-h-9 cursor-pointer items-center rounded-sm px-3 text-sm text-muted tabular-nums transition-colors hover:text-ink has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="life"
              className="sr-only"
              checked={chosen === seconds}
              onChange={() => onChoose(seconds)}
            />
            {seconds ?? issuedSeconds} s
          </label>
        ))}
      </div>
    </fieldset>
  );
}

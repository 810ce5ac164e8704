import type { Strength } from './strength.ts';

const tones = { 0: '', 1: 'bg-danger', 2: 'bg-warn', 3: 'bg-ok', 4: 'bg-ok' } as const;
const steps = [1, 2, 3, 4] as const;

/** Four steps and the reason in words. The words carry it; the bar repeats them for the eye. */
export function StrengthMeter({ strength }: { strength: Strength }) {
  const { level, words } = strength;
  return (
    <>
      <span aria-hidden className="mb-1.5 flex gap-1">
        {steps.map((step) => (
          <span
            key={step}
            className={`h-1 flex-1 rounded-full transition-colors ${step <= level ? tones[level] : 'bg-line'}`}
          />
        ))}
      </span>
      {words}
    </>
  );
}

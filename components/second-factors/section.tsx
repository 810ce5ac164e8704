import type { ReactNode } from 'react';
import { toast } from '#components/shell/toasts.tsx';
import { gaveUp, type Problem, problemWords } from '#components/ui/problem.ts';

/** Shows one part of the page about security under its heading. */
export function FactorSection({ title, lead, children }: { title: string; lead: ReactNode; children?: ReactNode }) {
  return (
    <section className="mt-10">
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="mt-1 mb-4 text-sm text-muted">{lead}</p>
      {children}
    </section>
  );
}

/** Says what did not happen, and why, unless the person has just decided so. */
export function tellProblem(what: string, problem: Problem): void {
  if (problem.code !== gaveUp) toast({ tone: 'alert', text: `${what} ${problemWords(problem)}` });
}

import { relative } from 'node:path';
import type { Reporter } from 'vitest/node';
import { timesOfSuites } from '#tests/budgets.ts';

/** Says at the end of a run what each suite took, and which took too long. It fails nothing: a machine may be busy. */
export const budgetReporter: Reporter = {
  onTestRunEnd(modules) {
    const files = modules.map((module) => {
      const { duration, collectDuration, setupDuration } = module.diagnostic();
      return { path: relative('.', module.moduleId), seconds: (duration + collectDuration + setupDuration) / 1000 };
    });
    console.log(`\n${timesOfSuites(files).join('\n')}\n`);
  },
};

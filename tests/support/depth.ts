/**
 * Picks how many random runs a test makes. What is random finds more the longer it goes on: `DEPTH=deep` before a command gives it
 * the time, without it a run has a share.
 */
export function runs({ usual, deep }: { usual: number; deep: number }): number {
  return process.env.DEPTH === 'deep' ? deep : usual;
}

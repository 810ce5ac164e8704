/** Runs once when a server process starts, whichever server that is. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { boot } = await import('#lib/server/boot.ts');
  await boot();
}

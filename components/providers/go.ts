/** Leaves for a provider. Loaded once a button is pressed: most who see one never do. */
import type { Outcome } from '#components/ui/form.tsx';
import { createAuthClient } from '#lib/client/auth-client.ts';
import { startAtProvider } from '#lib/client/providers/start.ts';

/** Begins a sign-in at a provider, and leaves for it. Returns why that failed. */
export async function goToProvider(
  id: string,
  { next, remember }: { next: string; remember: boolean },
): Promise<Outcome> {
  const result = await startAtProvider(createAuthClient(), id, { next, remember });
  if (!result.ok) return result.error;
  location.assign(result.value);
  return 'leaving';
}

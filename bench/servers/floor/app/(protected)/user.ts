import { cookies } from 'next/headers';
import { cache } from 'react';

/** Returns the user whom a plain cookie names. Reads it once per request, as the app does. */
export const currentUser = cache(async () => {
  const id = (await cookies()).get('floor-user')?.value ?? '';
  return { id, email: 'person@example.org', name: 'Person' };
});

import { z } from 'zod';

/** The public part of a user's account: all that sign-in answers say about its owner. */
export const user = z.object({ id: z.string(), email: z.string(), name: z.string().nullable() });
export type User = z.infer<typeof user>;

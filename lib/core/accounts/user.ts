import { z } from 'zod';

/** Who somebody is, as they themselves may see it. */
export const user = z.object({ id: z.string(), email: z.string(), name: z.string().nullable() });
export type User = z.infer<typeof user>;

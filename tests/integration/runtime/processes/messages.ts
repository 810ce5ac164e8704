/** What two processes pass on: a request and its answer, and a step of the clock. */
import { z } from 'zod';

const headers = z.array(z.tuple([z.string(), z.string()]));

export const sent = z.object({
  id: z.number(),
  url: z.string(),
  method: z.string(),
  headers,
  body: z.string().nullable(),
});
export type Sent = z.infer<typeof sent>;

export const step = z.object({ seconds: z.number() });

export const answered = z.object({ id: z.number(), status: z.number(), headers, body: z.string() });
export type Answered = z.infer<typeof answered>;

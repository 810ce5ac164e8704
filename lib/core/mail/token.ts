import { z } from 'zod';

/** Checks the secret of a mailed link, as the page took it out of its address. */
export const linkToken = z.string({ error: 'Open the link again.' }).max(200, 'This is no link of ours.');

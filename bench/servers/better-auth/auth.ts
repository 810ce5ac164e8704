import bcrypt from 'bcryptjs';
import { betterAuth } from 'better-auth';
import { openDatabase } from './database.ts';

/**
 * better-auth, set up as its documentation says, with its two switches for speed: joins and, in one of the variants,
 * the cookie cache.
 */
export const auth = betterAuth({
  baseURL: process.env.APP_URL ?? '',
  secret: process.env.AUTH_SECRET ?? '',
  database: openDatabase(process.env.DATABASE_URL ?? ''),
  emailAndPassword: {
    enabled: true,
    password: {
      hash: (password) => bcrypt.hash(password, 12),
      verify: ({ hash, password }) => bcrypt.compare(password, hash),
    },
  },
  session: {
    cookieCache: { enabled: process.env.BETTER_AUTH_COOKIE_CACHE === 'on', maxAge: 60 * 60 },
    // A day unless a refresh at every request is what is measured.
    updateAge: Number(process.env.BETTER_AUTH_UPDATE_AGE ?? 60 * 60 * 24),
  },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  experimental: { joins: true },
});

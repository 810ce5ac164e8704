import type { NextAuthConfig } from 'next-auth';

/**
 * Settings that the proxy needs too, kept apart from the database as the documentation splits them. Sessions are JWTs,
 * the default.
 */
export const authConfig = {
  secret: process.env.AUTH_SECRET ?? '',
  trustHost: true,
  session: { strategy: 'jwt' },
  providers: [],
  callbacks: {
    authorized: ({ auth }) => auth !== null,
    session: ({ session, token }) => ({ ...session, user: { ...session.user, id: token.sub ?? '' } }),
  },
} satisfies NextAuthConfig;

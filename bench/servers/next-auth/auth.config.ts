import type { NextAuthConfig } from 'next-auth';

/** What the proxy needs too, apart from the database, as its documentation splits it. Sessions are JWTs, its default. */
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

import NextAuth from 'next-auth';
import { authConfig } from './auth.config.ts';

export const config = { matcher: ['/tasks', '/api/tasks'] };

export default NextAuth(authConfig).auth;

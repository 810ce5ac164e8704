import type { ReactNode } from 'react';
import { PageFrame } from '../../../shared/tasks-view.tsx';
import { currentUser } from './user.ts';

export default async function Layout({ children }: { children: ReactNode }) {
  return <PageFrame user={await currentUser()}>{children}</PageFrame>;
}

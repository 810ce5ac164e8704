import { notFound } from 'next/navigation';
import { requireUser } from '#lib/server/current-user.ts';

/** Whatever no other page answers, so that the 404 stands inside the frame. */
export default async function MissingPage({ params }: { params: Promise<{ missing: string[] }> }) {
  const { missing } = await params;
  await requireUser(`/${missing.join('/')}`);
  notFound();
}

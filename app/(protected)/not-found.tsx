import { NothingHere } from '#components/shell/message-page.tsx';
import { landing } from '#lib/core/routes.ts';

/** Stands in for a page that called notFound(), inside the frame of whoever is signed in. */
export default function NotFound() {
  return <NothingHere wayOut={{ href: landing, label: 'Back to the app' }} />;
}

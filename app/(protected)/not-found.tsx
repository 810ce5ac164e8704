import { NothingHere } from '#components/shell/message-page.tsx';
import { paths } from '#lib/core/routes.ts';

/** Someone else's task, or none: inside the frame of whoever is signed in. */
export default function NotFound() {
  return <NothingHere wayOut={{ href: paths.tasks, label: 'Back to the list' }} />;
}

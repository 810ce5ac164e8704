import { buttonClass } from '#components/ui/button.tsx';
import { MessagePage } from './message-page.tsx';

/** The same words for what is gone and for what is someone else's: an address tells nobody which. */
export function NothingHere({ wayOut }: { wayOut: { href: string; label: string } }) {
  return (
    <MessagePage title="There is nothing here">
      <p className="text-muted">It may have been deleted, or the address has a typing mistake in it.</p>
      <a href={wayOut.href} className={buttonClass({ look: 'secondary' }, 'mt-2')}>
        {wayOut.label}
      </a>
    </MessagePage>
  );
}

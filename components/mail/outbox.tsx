import { Moment } from '#components/ui/time.tsx';
import type { Letter } from '#lib/core/mail/letter.ts';
import { LetterWords } from './letter.tsx';

interface OutboxMail {
  id: string;
  recipient: string;
  at: string;
  /** Null once the link that the mail brought is void. */
  letter: Letter | null;
}

/** Lists mails that nobody sends, each with all that it says. */
export function Outbox({ mails }: { mails: readonly OutboxMail[] }) {
  if (mails.length === 0)
    return (
      <p className="rounded-md border border-dashed p-8 text-center text-muted">
        No mail yet. What the app would send comes here: a code for whoever signs up, a link for whoever forgot the
        password, and word of what happened to an account.
      </p>
    );
  return (
    <ol className="grid gap-6">
      {mails.map((mail) => (
        <li key={mail.id}>
          <Mail mail={mail} />
        </li>
      ))}
    </ol>
  );
}

function Mail({ mail: { id, recipient, at, letter } }: { mail: OutboxMail }) {
  return (
    <article aria-labelledby={`mail-${id}`} className="rounded-md border bg-raised">
      <header className="border-b px-4 py-4 sm:px-6">
        <h2 id={`mail-${id}`} className="text-lg font-semibold">
          {letter?.subject ?? 'A mail that is over'}
        </h2>
        <p className="mt-1 flex flex-wrap gap-x-4 text-sm text-muted">
          <span className="wrap-anywhere">{`To ${recipient}`}</span>
          <Moment at={at} />
        </p>
      </header>
      <div className="px-4 py-5 sm:px-6">
        {letter ? (
          <LetterWords letter={letter} />
        ) : (
          <p className="text-muted">The link or the code in this mail was used, or its time is over.</p>
        )}
      </div>
    </article>
  );
}

import { buttonClass } from '#components/ui/button.tsx';
import { inGroups } from '#lib/core/mail/code.ts';
import type { Letter, Part } from '#lib/core/mail/letter.ts';

/** Shows what a mail says, in the words that lib/core/mail/render.ts puts into its plain text and its HTML. */
export function LetterWords({ letter }: { letter: Letter }) {
  return (
    <div className="grid justify-items-start gap-4">
      {letter.parts.map((part) => (
        <PartWords key={JSON.stringify(part)} part={part} />
      ))}
    </div>
  );
}

function PartWords({ part }: { part: Part }) {
  if (part.kind === 'facts')
    return (
      <dl className="grid gap-1 text-sm">
        {part.facts.map(({ name, value }) => (
          <div key={name} className="flex flex-wrap gap-x-2">
            <dt className="text-muted">{`${name}:`}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    );
  if (part.kind === 'link')
    return (
      <>
        <a href={part.href} className={buttonClass()}>
          {part.label}
        </a>
        <Address href={part.href} />
      </>
    );
  if (part.kind === 'code') return <p className="font-mono text-2xl font-semibold">{inGroups(part.code)}</p>;
  return (
    <div>
      <p>{part.text}</p>
      {part.href !== undefined && <Address href={part.href} />}
    </div>
  );
}

/** Shows an address that is a link to itself. */
function Address({ href }: { href: string }) {
  return (
    <a href={href} className="link text-sm wrap-anywhere">
      {href}
    </a>
  );
}

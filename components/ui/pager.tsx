import { buttonClass } from './button.tsx';
import { ChevronLeft, ChevronRight } from './icons.tsx';
import { AppLink } from './link.tsx';

interface PagerProps {
  page: number;
  pages: number;
  /** Returns the address of another page of the same list. */
  href: (page: number) => string;
}

/** Leads to the pages before and after this one. Shows nothing when the list fits on one page. */
export function Pager({ page, pages, href }: PagerProps) {
  if (pages <= 1) return null;
  const link = buttonClass({ look: 'quiet', size: 'small' });
  return (
    <nav aria-label="Pages" className="mt-6 grid grid-cols-[1fr_auto_1fr] items-center text-sm text-muted">
      {page > 1 ? (
        <AppLink href={href(page - 1)} rel="prev" className={`${link} -ml-3 justify-self-start`}>
          <ChevronLeft size={16} />
          Previous
        </AppLink>
      ) : (
        <span />
      )}
      <span className="tabular-nums">{`Page ${page} of ${pages}`}</span>
      {page < pages ? (
        <AppLink href={href(page + 1)} rel="next" className={`${link} -mr-3 justify-self-end`}>
          Next
          <ChevronRight size={16} />
        </AppLink>
      ) : (
        <span />
      )}
    </nav>
  );
}

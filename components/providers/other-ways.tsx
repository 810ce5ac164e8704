import { ProviderButtons } from './buttons.tsx';
import type { ShownProvider } from './list.tsx';

interface OtherWaysProps {
  providers: ShownProvider[];
  next: string;
  /** True where nothing else on the page signs in. */
  isAlone: boolean;
}

/** Offers the providers under a form. Shows nothing where there are none. */
export function OtherWays({ providers, next, isAlone }: OtherWaysProps) {
  if (providers.length === 0) return null;
  return (
    <>
      {!isAlone && (
        <p className="my-4 flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
          or
        </p>
      )}
      <ProviderButtons providers={providers} next={next} />
    </>
  );
}

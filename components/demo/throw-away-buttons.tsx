import type { Doing } from '#components/demo/use-throw-away.ts';
import { Button } from '#components/ui/button.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { DemoSession } from '#lib/core/demo/contract.ts';

interface ThrowAwayButtonsProps {
  session: DemoSession | null;
  doing: Doing | null;
  /** One has ended here before. */
  isAnother: boolean;
  onStart: (what: Doing) => void;
}

/** What can be done with the throw-away session as it stands. */
export function ThrowAwayButtons({ session, doing, isAnother, onStart }: ThrowAwayButtonsProps) {
  const isHydrated = useHydrated();
  const button = (what: Doing) => ({ isBusy: doing === what, disabled: !isHydrated, onClick: () => onStart(what) });
  if (!session) {
    return <Button {...button('make')}>{isAnother ? 'Make another' : 'Make a throw-away session'}</Button>;
  }
  const isUnused = session.confirmed_at === null;
  return (
    <>
      <Button look={session.parent === null ? 'primary' : 'secondary'} {...button('refresh')}>
        Refresh
      </Button>
      <Button look={isUnused && session.parent !== null ? 'primary' : 'secondary'} {...button('use')}>
        Use it
      </Button>
      <Button
        look={!isUnused && session.parent !== null ? 'primary' : 'secondary'}
        {...button('replay')}
        disabled={!isHydrated || session.parent === null}
        aria-describedby="grace"
      >
        Replay an old token
      </Button>
      <Button look="quiet" {...button('end')}>
        End it
      </Button>
    </>
  );
}

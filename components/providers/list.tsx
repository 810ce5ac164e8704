import type { ReactNode } from 'react';
import type { Provider } from '#lib/core/providers/settings.ts';
import { ProviderMark } from './marks.tsx';

/** A provider as pages show it. The server renders the mark, so that no script carries it. */
export interface ShownProvider {
  id: string;
  name: string;
  mark: ReactNode;
}

/** Makes what pages show of the providers, in the order of the setting. */
export function shownProviders(providers: readonly Provider[]): ShownProvider[] {
  return providers.map(({ id, name, preset }) => ({ id, name, mark: <ProviderMark preset={preset} /> }));
}

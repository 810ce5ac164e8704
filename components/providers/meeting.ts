import type { LinkRequired } from '#lib/core/errors.ts';

/** An account that has the address of a provider's identity, and what the page needs to connect the two. */
export interface Meeting extends LinkRequired {
  provider: string;
  state: string;
}

/** An account that has the address of a provider's identity, and what the page needs to connect the two. */
export interface Meeting {
  provider: string;
  state: string;
  email: string;
  /** Ways to sign in to the account, `provider:<id>` among them. */
  methods: readonly string[];
}

import { type Problem, problemWords } from '#components/ui/problem.ts';

/** Says in plain words why coming back from a provider led nowhere. `name` is the provider's, or stands for one. */
export function failureWords(problem: Problem, name: string): string {
  switch (problem.code) {
    case 'lost':
      return `This page was loaded again. What ${name} had sent with you is kept nowhere, so please start again.`;
    case 'transaction_over':
      return 'This sign-in is over: ten minutes have passed, it was used already, or it was begun in another browser. Start again.';
    case 'access_denied':
      return `You came back without a sign-in at ${name}. Nothing has changed here.`;
    case 'provider_error':
      return `What came from ${name} is not something that we can trust, so nothing has changed here. Try again. If it stays like this, tell whoever runs this site.`;
    case 'email_unverified':
      return `${name} does not confirm an email address of yours, so it cannot make an account here. Confirm your address there, or sign in another way and connect ${name} on your account page.`;
    case 'email_taken':
      return 'Your address was an account’s until a few days ago, and that account can take it back for a week. Sign in to it another way, or come back after the week.';
    case 'sign_up_closed':
      return `New accounts cannot be made with ${name} here. If you have an account, sign in another way, then connect ${name} on your account page.`;
    case 'identity_taken':
      return `This account at ${name} is connected to another account here already.`;
    case 'too_many':
      return 'Ten are connected to your account already. Disconnect one of them first.';
    case 'insufficient_user_authentication':
      return `${name} did not say that you have signed in there just now, so this confirms nothing. Confirm another way.`;
    case 'unauthorized':
    case 'invalid_token':
    case 'signed_out':
      return 'You were signed out here meanwhile. Sign in, then try once more.';
    case 'temporarily_unavailable':
      return `${name} does not answer just now. Wait a moment, then try again.`;
    case 'not_found':
      return 'This service is not set up here any more. Sign in another way.';
    case 'invalid_request':
      return 'This page can only be reached from a service that you sign in with. Start again.';
    default:
      return problemWords(problem);
  }
}

/** Tells whether the same may work in a moment, with what this page still holds. */
export function mayTryAgain({ code }: Problem): boolean {
  return ['temporarily_unavailable', 'unreachable', 'slow_down'].includes(code);
}

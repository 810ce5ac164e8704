/** An authenticator app, as far as codes go. It is not the code that is tested: it reads the address in the picture itself. */
import { TOTP, URI } from 'otpauth';

/** Adds what a picture holds to an app. Returns the app, which shows the code of a moment. */
export function authenticator(uri: string): { codeAt(time: Date): string } {
  const totp = URI.parse(uri);
  if (!(totp instanceof TOTP)) throw new Error('This is no app of codes that change with time.');
  return { codeAt: (time) => totp.generate({ timestamp: time.getTime() }) };
}

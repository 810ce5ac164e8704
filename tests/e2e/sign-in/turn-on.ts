/** Turns two-step sign-in on for somebody: `node --conditions=react-server turn-on.ts <database> <email> <AUTH_SECRET>`. */
import { eq } from 'drizzle-orm';
import { beside, turnOn } from '#tests/support/two-step.ts';

const [url = '', email = '', secret = ''] = process.argv.slice(2);
const made = await beside(url, async (executor) => {
  const { users } = executor.tables;
  const [user] = await executor.run((db) => db.select().from(users).where(eq(users.email, email)));
  if (!user) throw new Error('There is no such account.');
  return turnOn(executor, user.id, { secrets: [secret], at: new Date() });
});
console.log(JSON.stringify(made));

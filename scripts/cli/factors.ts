import { deviceOf } from '#lib/core/sessions/device.ts';
import { resetFactors } from '#lib/server/second-factors/reset.ts';
import { type Command, findByEmail, operator, parse, withDatabase } from './command.ts';

const minute = (time: Date) => time.toISOString().slice(0, 16);

export const factorsList: Command = {
  usage: '<email>',
  about:
    'Lists what a person shows beside the password: authenticator app, passkeys, recovery codes, trusted devices. No secret.',
  run: async (words, terminal) => {
    const { positionals } = parse(words, ['email']);
    await withDatabase(terminal, async (context) => {
      const { id } = await findByEmail(context, positionals[0] ?? '');
      const { twoStep, totp, recoveryCodes, trustedDevices } = await context.store.findFactors(id, context.clock());
      terminal.print(`Two-step sign-in is ${twoStep ? 'on' : 'off'}.`);
      if (totp) {
        const used = totp.lastUsedAt ? `used ${minute(totp.lastUsedAt)}` : 'never used since';
        terminal.print(`authenticator app  added ${minute(totp.createdAt)}  ${used}`);
      }
      for (const { name, synced, rpId, createdAt, lastUsedAt } of await context.store.listPasskeys(id)) {
        const used = lastUsedAt ? `used ${minute(lastUsedAt)}` : 'never used since';
        const place = synced ? 'synced' : 'one device only';
        terminal.print(`passkey  added ${minute(createdAt)}  ${used}  ${place}, for ${rpId}: ${name}`);
      }
      if (recoveryCodes)
        terminal.print(`recovery codes  ${recoveryCodes.left} left  made ${minute(recoveryCodes.createdAt)}`);
      for (const { createdAt, lastUsedAt, expiresAt, userAgent, ip } of trustedDevices) {
        const times = `trusted ${minute(createdAt)}  used ${minute(lastUsedAt)}  ends ${minute(expiresAt)}`;
        terminal.print(`trusted device  ${times}  ${deviceOf(userAgent).name}, ${ip ?? 'unknown address'}`);
      }
    });
    return 0;
  },
};

export const factorsReset: Command = {
  usage: '<email> [--keep-passkeys]',
  about:
    'Takes away authenticator app, passkeys, recovery codes and trusted devices of somebody who lost them all, turns two-step sign-in off, ends all sessions and tells them. The password stays. Be sure who asks.',
  run: async (words, terminal) => {
    const { positionals, values } = parse(words, ['email'], { 'keep-passkeys': { type: 'boolean' } });
    const keepPasskeys = values['keep-passkeys'] === true;
    await withDatabase(terminal, async (context) => {
      const { id } = await findByEmail(context, positionals[0] ?? '');
      await resetFactors(context, id, { requester: operator, keepPasskeys });
      const gone = keepPasskeys ? 'all factors but the passkeys' : 'all factors';
      terminal.print(`Two-step sign-in is off, ${gone} are gone, and every session is ended.`);
    });
    return 0;
  },
};

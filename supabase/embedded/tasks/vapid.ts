/**
 * `npm run vapid -- --subject mailto:you@example.com`: a new key pair for Web Push of a project that is deployed, as the two things
 * that need it. Nothing is kept here; run it once, because another pair makes every subscription worthless.
 */
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { StackError } from '../errors.ts';
import { makeVapidKeys } from '../vapid.ts';

export function vapid(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { subject: { type: 'string', default: 'mailto:you@example.com' } } });
  // Apple refuses a token whose contact is neither.
  if (!/^(mailto:\S+@\S+|https:\/\/\S+)$/.test(values.subject)) {
    return Promise.reject(new StackError('vapid_subject_invalid', { subject: values.subject }));
  }
  const { publicKey, privateKey } = makeVapidKeys();
  console.log(pc.dim('# The project: the private key goes nowhere else.'));
  console.log(
    `npx supabase secrets set VAPID_PUBLIC_KEY=${publicKey} VAPID_PRIVATE_KEY=${privateKey} VAPID_SUBJECT=${values.subject}\n`
  );
  console.log(pc.dim('# The app: one more field of the config.json that it is served with.'));
  console.log(JSON.stringify({ vapidPublicKey: publicKey }));
  return Promise.resolve();
}

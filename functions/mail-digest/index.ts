/**
 * Mails what stayed unread. POST /mail-digest: the database rings; answers {sent, failed}. /mail-digest/unsubscribe?token=…: POST ends
 * the mails, as the button of a mail program does (RFC 8058); GET leads to the settings, because a link in a mail is also visited by
 * programs that look for viruses.
 */
import nodemailer from 'npm:nodemailer@10';
import { refuseStranger } from '../shared/doorbell.ts';
import { passOn, rpcAnswer } from '../shared/pass-on.ts';
import { projectFromEnvironment } from '../shared/project.ts';
import { drain } from './drain.ts';
import { byHttp, bySmtp, type HandIn } from './hand-in.ts';

/** Well below what the platform allows a request; the next ring goes on. */
const TIME_MS = 20_000;
const SMTP_TIMEOUT_MS = 10_000;

const environment = (name: string) => Deno.env.get(name);
const project = projectFromEnvironment(environment);
const places = { site: needed('SITE_URL'), functions: `${project.url}/functions/v1` };
const handIn = wayOut();

Deno.serve(async (request) => {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname.endsWith('/unsubscribe')) return unsubscribe(request, searchParams.get('token') ?? '');
  const refusal = await refuseStranger(request, project);
  if (refusal) return refusal;
  const end = Date.now() + TIME_MS;
  return Response.json(await drain(project, places, handIn, () => Date.now() < end));
});

async function unsubscribe({ method }: Request, token: string): Promise<Response> {
  if (method !== 'POST') return Response.redirect(new URL('/settings/notifications', places.site), 303);
  const answer = await rpcAnswer(project, 'unsubscribe_digest', { token });
  if (!answer.ok) return passOn(answer);
  await answer.body?.cancel();
  return new Response('ok');
}

/** @throws when the operator has not set it */
function needed(name: string): string {
  const value = environment(name);
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** By the e-mail service whose key is set, else by the mail server. */
function wayOut(): HandIn {
  const from = needed('MAIL_FROM');
  const apiKey = environment('MAIL_API_KEY');
  if (apiKey) return byHttp({ url: environment('MAIL_API_URL') ?? 'https://api.resend.com/emails', apiKey, from });
  const host = needed('SMTP_HOST');
  const port = Number(environment('SMTP_PORT') ?? 587);
  const [user, pass] = [environment('SMTP_USER'), environment('SMTP_PASS')];
  const transport = nodemailer.createTransport({
    host,
    port,
    secure: port === 465,
    // The mail catcher speaks no TLS.
    ignoreTLS: !user,
    ...(user ? { auth: { user, pass } } : {}),
    connectionTimeout: SMTP_TIMEOUT_MS,
    socketTimeout: SMTP_TIMEOUT_MS
  });
  return bySmtp(transport, from);
}

/** The mails of Auth: subject, plain text and HTML of each kind, said once. */

export interface MailContent {
  subject: string;
  text: string;
  html: string;
}

/** What a person may do with a mail: follow its link, type its code, or either. */
interface Letter {
  subject: string;
  greeting: string;
  /** Ends in what the button or the link does. */
  button?: string;
  link?: string;
  code?: string;
  closing: string;
}

const UNASKED = 'If you did not ask for this mail, you can ignore it: nothing has changed.';

export const mails = {
  confirmation: (link: string, code: string): MailContent =>
    write({
      subject: 'Confirm your e-mail address',
      greeting: 'Welcome to Parley. Confirm that this address is yours, and your account is ready.',
      button: 'Confirm my address',
      link,
      code,
      closing: UNASKED
    }),
  magicLink: (link: string, code: string): MailContent =>
    write({
      subject: 'Your sign-in link and code',
      greeting: 'Here is your way into Parley. It works once.',
      button: 'Sign in',
      link,
      code,
      closing: 'If you did not try to sign in, you can ignore this mail. Give the code to nobody.'
    }),
  recovery: (link: string, code: string): MailContent =>
    write({
      subject: 'Choose a new password',
      greeting: 'You can choose a new password for your Parley account.',
      button: 'Choose a new password',
      link,
      code,
      closing: UNASKED
    }),
  invite: (link: string, code: string): MailContent =>
    write({
      subject: 'You are invited to Parley',
      greeting: 'Somebody invites you to Parley. Accept, and choose a password.',
      button: 'Accept the invitation',
      link,
      code,
      closing: 'If you know nobody who would invite you, you can ignore this mail.'
    }),
  emailChange: (link: string, code: string, from: string, to: string): MailContent =>
    write({
      subject: 'Confirm your new e-mail address',
      greeting: `The address of your Parley account is to change from ${from} to ${to}.`,
      button: 'Confirm the change',
      link,
      code,
      closing: 'If you did not ask for this change, do not confirm it, and change your password.'
    }),
  reauthentication: (code: string): MailContent =>
    write({
      subject: 'Your confirmation code',
      greeting: 'Type this code to confirm that it is you.',
      code,
      closing: 'If you did not ask for it, change your password. Give the code to nobody.'
    })
};

function write(letter: Letter): MailContent {
  return { subject: letter.subject, text: asText(letter), html: asHtml(letter) };
}

function asText({ greeting, button, link, code, closing }: Letter): string {
  const parts = [greeting];
  if (link !== undefined) parts.push(`${button}:\n${link}`);
  if (code !== undefined) parts.push(`${link === undefined ? 'The code is' : 'Or type this code'}: ${code}`);
  parts.push(closing);
  return `${parts.join('\n\n')}\n`;
}

function asHtml({ subject, greeting, button, link, code, closing }: Letter): string {
  const anchor =
    link === undefined
      ? ''
      : `<p style="margin:24px 0"><a href="${escapeHtml(link)}" style="background:#0b6675;border-radius:8px;color:#fff;display:inline-block;padding:12px 20px;text-decoration:none">${button}</a></p>`;
  const digits =
    code === undefined
      ? ''
      : `<p style="margin:24px 0">${link === undefined ? 'The code is' : 'Or type this code'}:<br><strong style="font-size:24px;letter-spacing:4px">${code}</strong></p>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${subject}</title></head>
<body style="font-family:system-ui,sans-serif;line-height:1.5;margin:0 auto;max-width:480px;padding:24px">
<h1 style="font-size:20px">${subject}</h1>
<p>${escapeHtml(greeting)}</p>
${anchor}
${digits}
<p style="font-size:14px;opacity:.7">${closing}</p>
</body>
</html>
`;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

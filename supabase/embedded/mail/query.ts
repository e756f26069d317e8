import type { Contact, Message } from './message.ts';

export type Query = (message: Message) => boolean;

const addresses = (...contacts: Contact[]): string => contacts.map(({ Name, Address }) => `${Name} ${Address}`).join(' ');

const FIELDS: Record<string, (message: Message) => string> = {
  to: (message) => addresses(...message.To, ...message.Cc, ...message.Bcc),
  from: (message) => addresses(message.From),
  cc: (message) => addresses(...message.Cc),
  bcc: (message) => addresses(...message.Bcc),
  subject: (message) => message.Subject
};

const everything = (message: Message): string =>
  [message.Subject, message.Text, FIELDS.to!(message), FIELDS.from!(message)].join(' ');

/** Terms that all have to be found, in any case: words, "several words", and `to:`, `from:`, `cc:`, `bcc:`, `subject:`. */
export function parseQuery(query: string): Query {
  const terms = [...query.matchAll(/(?:(to|from|cc|bcc|subject):)?(?:"([^"]*)"|(\S+))/gi)].map(([, field, quoted, word]) => ({
    read: field === undefined ? everything : FIELDS[field.toLowerCase()]!,
    text: (quoted ?? word!).toLowerCase()
  }));
  return (message) => terms.every(({ read, text }) => read(message).toLowerCase().includes(text));
}

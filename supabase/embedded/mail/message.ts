import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';

/** Field names of the API are Mailpit's, as what reads a local project's mail knows them. */
export interface Contact {
  Name: string;
  Address: string;
}

export interface Message {
  ID: string;
  MessageID: string;
  Read: boolean;
  From: Contact;
  To: Contact[];
  Cc: Contact[];
  Bcc: Contact[];
  ReplyTo: Contact[];
  Subject: string;
  Date: string;
  Created: string;
  Size: number;
  Text: string;
  HTML: string;
  Attachments: { PartID: string; FileName: string; ContentType: string; Size: number }[];
}

export interface Envelope {
  from: string;
  to: string[];
}

const SNIPPET_LENGTH = 250;

/** Reads a mail as it came by SMTP; of one that is no MIME, the text as it is. */
export async function parseMessage(id: string, raw: Buffer, envelope: Envelope, now = new Date()): Promise<Message> {
  const email = await PostalMime.parse(raw).catch((): Partial<Email> => ({ text: raw.toString('utf8') }));
  const to = contacts(email.to);
  const cc = contacts(email.cc);
  const named = new Set([...to, ...cc].map((contact) => contact.Address.toLowerCase()));
  const unnamed = envelope.to.filter((address) => !named.has(address.toLowerCase()));
  return {
    ID: id,
    MessageID: email.messageId?.replace(/^<|>$/g, '') ?? '',
    Read: false,
    From: contacts(email.from === undefined ? [] : [email.from])[0] ?? { Name: '', Address: envelope.from },
    To: to,
    Cc: cc,
    Bcc: unnamed.map((address) => ({ Name: '', Address: address })),
    ReplyTo: contacts(email.replyTo),
    Subject: email.subject ?? '',
    Date: email.date ?? now.toISOString(),
    Created: now.toISOString(),
    Size: raw.length,
    Text: email.text ?? '',
    HTML: email.html ?? '',
    Attachments: (email.attachments ?? []).map(attachment)
  };
}

/** What the list shows: the text's beginning instead of the text. */
export function summary({ Text, HTML, Attachments, ...message }: Message) {
  const text = Text === '' ? HTML.replace(/<(style|script|title)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ') : Text;
  const snippet = text.replace(/\s+/g, ' ').trim().slice(0, SNIPPET_LENGTH);
  return { ...message, Tags: [], Attachments: Attachments.length, Snippet: snippet };
}

function contacts(addresses: Address[] = []): Contact[] {
  return addresses.flatMap((entry) =>
    entry.group !== undefined ? contacts(entry.group) : [{ Name: entry.name, Address: entry.address ?? '' }]
  );
}

function attachment({ filename, mimeType, content }: Attachment, at: number): Message['Attachments'][number] {
  const size = typeof content === 'string' ? content.length : content.byteLength;
  return { PartID: String(at + 1), FileName: filename ?? '', ContentType: mimeType, Size: size };
}

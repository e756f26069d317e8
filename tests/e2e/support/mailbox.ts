import { expect } from '@playwright/test';
import { z } from 'zod';

const foundSchema = z.object({ messages: z.array(z.object({ ID: z.string() })) });
const mailSchema = z.object({ Subject: z.string(), Text: z.string() });

export type Mail = { subject: string; code: string; link: string };

/** Waits for the newest mail to an address, and reads the code and the link from it. */
export async function newestMail(mailUrl: string, to: string, subject: RegExp): Promise<Mail> {
  let mail: Mail | undefined;
  await expect(async () => {
    const search = new URL('/api/v1/search', mailUrl);
    search.searchParams.set('query', `to:${to}`);
    const { messages } = foundSchema.parse(await (await fetch(search)).json());
    expect(messages.length).toBeGreaterThan(0);
    const { Subject, Text } = mailSchema.parse(
      await (await fetch(new URL(`/api/v1/message/${messages[0]!.ID}`, mailUrl))).json()
    );
    expect(Subject).toMatch(subject);
    mail = {
      subject: Subject,
      code: /\b(\d{6})\b/.exec(Text)?.[1] ?? '',
      link: /https?:\/\/\S+\/verify\?\S+/.exec(Text)?.[0] ?? ''
    };
  }).toPass();
  return mail!;
}

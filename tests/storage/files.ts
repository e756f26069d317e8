/** Files of messages, as an app handles them: announced, uploaded, sent. */
import { randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { StackAddresses } from '../../supabase/embedded/addresses.ts';

export interface Someone {
  id: string;
  supabase: SupabaseClient;
}

export interface Attachment {
  id: string;
  path: string;
}

/** A PNG is whatever begins like one. */
export const PICTURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Array<number>(200).fill(7)]);

export const filesOf = (client: SupabaseClient) => client.storage.from('attachments');

/** The data of an answer. @throws {Error} when it is a refusal */
export async function given<Data>(call: PromiseLike<{ data: Data; error: unknown }>): Promise<NonNullable<Data>> {
  const { data, error } = await call;
  if (error) throw new Error(JSON.stringify(error), { cause: error });
  return data!;
}

const withoutSession = { auth: { persistSession: false, autoRefreshToken: false } };

/** Somebody with a new account, signed in. */
export async function someone({ apiUrl, publishableKey }: StackAddresses, name: string): Promise<Someone> {
  const supabase = createClient(apiUrl, publishableKey, withoutSession);
  const email = `${name.toLowerCase()}.${randomUUID()}@files.example`;
  const { user } = await given(
    supabase.auth.signUp({ email, password: 'a secret of 16', options: { data: { display_name: name } } })
  );
  return { id: user!.id, supabase };
}

export const nobody = ({ apiUrl, publishableKey }: StackAddresses): SupabaseClient =>
  createClient(apiUrl, publishableKey, withoutSession);

export async function startGroup(client: SupabaseClient, members: { id: string }[]): Promise<string> {
  const { id } = (await given(
    client.rpc('create_group', { title: 'Files', member_ids: members.map((member) => member.id) }).single()
  )) as { id: string };
  return id;
}

export async function announce(client: SupabaseClient, conversation: string, name = 'picture.png'): Promise<Attachment> {
  const args = { conversation_id: conversation, name, mime_type: 'image/png', size: PICTURE.byteLength };
  return (await given(client.rpc('create_attachment', args))) as Attachment;
}

export async function upload(client: SupabaseClient, { path }: Attachment, contentType = 'image/png'): Promise<void> {
  await given(filesOf(client).upload(path, PICTURE, { contentType }));
}

/** Announces and uploads a file, and sends a message with it. */
export async function sendPicture(client: SupabaseClient, conversation: string): Promise<Attachment & { seq: number }> {
  const attachment = await announce(client, conversation);
  await upload(client, attachment);
  const { seq } = (await given(
    client.rpc('send_message', { conversation_id: conversation, id: randomUUID(), content: '', attachment_ids: [attachment.id] })
  )) as { seq: number };
  return { ...attachment, seq };
}

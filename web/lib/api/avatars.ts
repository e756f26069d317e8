import type { SupabaseClient } from '@supabase/supabase-js';
import { uploadPicture } from './bucket-upload.ts';

const BUCKET = 'avatars';

/** Pictures of people: uploading one's own. The profile is told by the chat client, and what it shows no more is deleted. */
export class Avatars {
  readonly #supabase: SupabaseClient;
  readonly #me: string;

  constructor(supabase: SupabaseClient, me: string) {
    this.#supabase = supabase;
    this.#me = me;
  }

  /** Resolves to the public address of the picture. */
  async upload(picture: Blob): Promise<string> {
    const name = `${this.#me}/${crypto.randomUUID()}.${picture.type.split('/')[1] ?? 'webp'}`;
    await uploadPicture(this.#supabase, BUCKET, name, picture);
    return this.#supabase.storage.from(BUCKET).getPublicUrl(name).data.publicUrl;
  }
}

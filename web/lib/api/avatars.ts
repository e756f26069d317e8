import type { SupabaseClient } from '@supabase/supabase-js';
import { Refused, Unreachable } from '#lib/chat/index.ts';

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
    const bucket = this.#supabase.storage.from(BUCKET);
    const { error } = await bucket.upload(name, picture, { contentType: picture.type, cacheControl: '31536000' });
    if (error) {
      const status = Number('statusCode' in error ? error.statusCode : Number.NaN);
      throw status >= 400 && status < 500
        ? new Refused('picture_refused', error.message, status, { cause: error })
        : new Unreachable('The picture could not be uploaded.', { cause: error });
    }
    return bucket.getPublicUrl(name).data.publicUrl;
  }
}

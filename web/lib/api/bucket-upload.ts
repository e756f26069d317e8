import type { SupabaseClient } from '@supabase/supabase-js';
import { Refused, Unreachable } from '#lib/chat/index.ts';

const YEAR_SECONDS = '31536000';

/** Puts a picture into a public bucket under a name that nothing has had before. Rejects with the classes of the chat client. */
export async function uploadPicture(supabase: SupabaseClient, bucket: string, name: string, picture: Blob): Promise<void> {
  const { error } = await supabase.storage
    .from(bucket)
    .upload(name, picture, { contentType: picture.type, cacheControl: YEAR_SECONDS });
  if (!error) return;
  const status = Number('statusCode' in error ? error.statusCode : Number.NaN);
  throw status >= 400 && status < 500
    ? new Refused('picture_refused', error.message, status, { cause: error })
    : new Unreachable('The picture could not be uploaded.', { cause: error });
}

import type { SupabaseClient } from '@supabase/supabase-js';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { supabaseConversations } from './conversation-backend.ts';
import { supabaseKeys } from './key-backend.ts';
import { Encryption, type EncryptionHost } from '../encryption/encryption.ts';
import type { OnDevice } from '../on-device/on-device.ts';
import type { KeyStore } from '../encryption/key-store.ts';

type Options = {
  supabase: SupabaseClient;
  userId: string;
  newId: () => string;
  clock: Clock;
  log: Log;
  keyStore: KeyStore;
  onDevice: Pick<OnDevice, 'opened'>;
};

/** The encryption over Supabase. Imported when it is needed: it is not part of the first load. */
export const createEncryption = (
  { supabase, userId, keyStore: store, onDevice, ...rest }: Options,
  host: EncryptionHost
): Encryption =>
  new Encryption(
    {
      me: userId,
      keys: supabaseKeys(supabase),
      conversations: supabaseConversations(supabase),
      store,
      // What cannot be kept is not found: it is there all the same.
      onOpened: (rows) => void onDevice.opened(rows).catch((error: unknown) => rest.log('opened_unkept', error)),
      ...rest
    },
    host
  );

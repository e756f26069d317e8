import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import { call } from '#lib/chat/supabase/call.ts';
import { maybeMoment, moment, nothing } from './rows.ts';

const deviceSchema = z.pipe(
  z.object({
    id: z.guid(),
    endpoint: z.string(),
    label: z.nullable(z.string()),
    device_id: z.nullable(z.guid()),
    refreshed_at: moment,
    failing_since: maybeMoment
  }),
  z.transform(({ device_id, refreshed_at, failing_since, ...device }) => ({
    ...device,
    deviceId: device_id,
    refreshedAt: refreshed_at,
    failingSince: failing_since
  }))
);
/** A device of one's own that gets pushes. */
export type PushedDevice = z.output<typeof deviceSchema>;

/** What a browser hands out when it subscribes. */
export type Subscribed = { endpoint: string; p256dh: string; auth: string };

/** Where pushes for this person go. */
export class PushCalls {
  readonly #supabase: SupabaseClient;

  constructor(supabase: SupabaseClient) {
    this.#supabase = supabase;
  }

  /** The one that was used last first. */
  devices(): Promise<PushedDevice[]> {
    return call(this.#supabase, z.array(deviceSchema), (rest) =>
      rest
        .from('push_subscriptions')
        .select('id,endpoint,label,device_id,refreshed_at,failing_since')
        .order('refreshed_at', { ascending: false })
    );
  }

  /** Repeatable; an endpoint that somebody else had becomes this person's. */
  async save(subscribed: Subscribed, deviceId: string | null, label: string | null): Promise<void> {
    await call(this.#supabase, nothing, (rest) =>
      rest.rpc('save_push_subscription', { ...subscribed, device_id: deviceId, label })
    );
  }

  async remove(endpoint: string): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('remove_push_subscription', { endpoint }));
  }

  /** Pushes something to one device, or to all of them. */
  async test(deviceId: string | null): Promise<void> {
    await call(this.#supabase, nothing, (rest) => rest.rpc('test_push', { device_id: deviceId }));
  }
}

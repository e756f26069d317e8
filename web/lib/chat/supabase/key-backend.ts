import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod/mini';
import type { Bytes } from '../../e2ee/index.ts';
import type { KeyBackend } from '../encryption/key-backend.ts';
import {
  backupPartSchema,
  backupSchema,
  deviceRequestSchema,
  keyLogRowSchema,
  ownDeviceSchema,
  toJson,
  type KeyLogRow
} from '../encryption/wire.ts';
import { call } from './call.ts';

const nothing = z.unknown();
/** Rows of one answer; PostgREST hands out no more. */
const PAGE = 1000;

/** Keys behind PostgREST. */
export function supabaseKeys(supabase: SupabaseClient): KeyBackend {
  return {
    async keyLogs(after) {
      const all: KeyLogRow[] = [];
      const wanted = [...after].map(([userId, number]) => `and(user_id.eq.${userId},number.gt.${number})`).join(',');
      for (;;) {
        const page = await call(supabase, z.array(keyLogRowSchema), (rest) =>
          rest
            .from('key_log')
            .select('user_id,entry')
            .or(wanted)
            .order('user_id')
            .order('number')
            .range(all.length, all.length + PAGE - 1)
        );
        all.push(...page);
        if (page.length < PAGE) return all;
      }
    },
    async appendKeyLog(entry, label) {
      await call(supabase, nothing, (rest) => rest.rpc('append_key_log', { entry: toJson(entry), label }));
    },
    async ownDevices() {
      const rows = await call(supabase, z.array(ownDeviceSchema), (rest) =>
        rest.from('encryption_devices').select('id,label,added_at,removed_at').order('added_at')
      );
      return rows.map(({ id, label, added_at, removed_at }) => ({
        id,
        label,
        addedAt: new Date(added_at),
        removedAt: removed_at === null ? null : new Date(removed_at)
      }));
    },

    async requestDevice({ deviceId, signingKey, sealingKey }, label) {
      const keys = toJson({ signingKey, sealingKey });
      await call(supabase, nothing, (rest) => rest.rpc('request_device', { id: deviceId, keys, label }));
    },
    async deviceRequests() {
      const rows = await call(supabase, z.array(deviceRequestSchema), (rest) =>
        rest.from('device_requests').select('id,keys,label,expires_at,handed_over').gt('expires_at', 'now')
      );
      return rows.map(({ id, keys, label, expires_at, handed_over }) => ({
        keys: { deviceId: id, ...keys },
        label,
        expiresAt: new Date(expires_at),
        handedOver: handed_over
      }));
    },
    async handOver(deviceId, sealed) {
      await call(supabase, nothing, (rest) => rest.rpc('hand_over', { id: deviceId, sealed: toJson(sealed) }));
    },
    async endDeviceRequest(deviceId) {
      await call(supabase, nothing, (rest) => rest.rpc('end_device_request', { id: deviceId }));
    },

    async backup() {
      const [row] = await call(supabase, z.array(backupSchema), (rest) => rest.from('key_backups').select('number,locks'));
      return row ?? null;
    },
    async setBackup({ number, locks }) {
      await call(supabase, nothing, (rest) => rest.rpc('set_key_backup', { number, locks: toJson(locks) }));
    },
    async saveBackupParts(number, parts) {
      await call(supabase, nothing, (rest) =>
        rest.rpc('save_key_backup_parts', { number, parts: toJson(Object.fromEntries(parts)) })
      );
    },
    async backupParts() {
      const all = new Map<string, Bytes>();
      for (;;) {
        const page = await call(supabase, z.array(backupPartSchema), (rest) =>
          rest
            .from('key_backup_parts')
            .select('part,boxed')
            .order('part')
            .range(all.size, all.size + PAGE - 1)
        );
        for (const { part, boxed } of page) all.set(part, boxed);
        if (page.length < PAGE) return all;
      }
    }
  };
}

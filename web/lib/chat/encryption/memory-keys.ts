import type { EnvelopeRow } from '../wire/rows.ts';
import type { KeptDevice, KeptEpoch, KeptSecret, KeyStore, KnownPerson } from './key-store.ts';

/** Keeps keys as long as it lives: for tests, and where nothing else is allowed. */
export function memoryKeys(): KeyStore {
  const devices = new Map<string, KeptDevice>();
  const people = new Map<string, Map<string, KnownPerson>>();
  const epochs = new Map<string, KeptEpoch>();
  const secrets = new Map<string, KeptSecret>();
  const counters = new Map<string, number>();
  const envelopes = new Map<string, EnvelopeRow>();
  const key = (userId: string, conversationId: string, number: number | '' = '') => `${userId}/${conversationId}/${number}`;
  return {
    device: async (userId) => devices.get(userId) ?? null,
    putDevice: async (device) => void devices.set(device.userId, { ...device }),
    people: async (userId) => [...(people.get(userId)?.values() ?? [])],
    putPerson: async (userId, person) => {
      const known = people.get(userId) ?? new Map<string, KnownPerson>();
      people.set(userId, known);
      if ((known.get(person.of)?.length ?? 0) <= person.length) known.set(person.of, { ...person });
    },
    epochs: async (userId, conversationId) =>
      [...epochs].filter(([at]) => at.startsWith(key(userId, conversationId))).map(([, kept]) => kept),
    putEpochs: async (userId, kept) => {
      for (const epoch of kept) epochs.set(key(userId, epoch.conversationId, epoch.number), epoch);
    },
    secrets: async (userId) => [...secrets].filter(([at]) => at.startsWith(`${userId}/`)).map(([, kept]) => kept),
    secret: async (userId, conversationId, number) => secrets.get(key(userId, conversationId, number)) ?? null,
    putSecrets: async (userId, kept) => {
      for (const secret of kept) secrets.set(key(userId, secret.conversationId, secret.number), secret);
    },
    nextCounter: async (userId, conversationId) => {
      const at = key(userId, conversationId);
      const next = (counters.get(at) ?? 0) + 1;
      counters.set(at, next);
      return next;
    },
    raiseCounter: async (userId, conversationId, to) => {
      const at = key(userId, conversationId);
      counters.set(at, Math.max(counters.get(at) ?? 0, to));
    },
    envelope: async (userId, entryId) => envelopes.get(key(userId, entryId)) ?? null,
    putEnvelope: async (userId, entryId, envelope) => void envelopes.set(key(userId, entryId), envelope),
    removeEnvelope: async (userId, entryId) => void envelopes.delete(key(userId, entryId)),
    wipe: async (userId) => {
      devices.delete(userId);
      people.delete(userId);
      for (const map of [epochs, secrets, counters, envelopes])
        for (const at of map.keys()) if (at.startsWith(`${userId}/`)) map.delete(at);
    }
  };
}

/** The features of Realtime, in the order in which they are told of. */
import type { Feature } from './feature.ts';
import { bytes, publicBroadcast, rest } from './features/broadcast.ts';
import { changeRights, changes } from './features/changes.ts';
import { database, replay, stored } from './features/database.ts';
import { filters, filtersOnChanges } from './features/filters.ts';
import { limits } from './features/limits.ts';
import { presence } from './features/presence.ts';
import { authorization, tokens } from './features/private.ts';
import { frames, socket } from './features/socket.ts';

export const FEATURES: readonly Feature[] = [
  socket,
  frames,
  publicBroadcast,
  bytes,
  rest,
  authorization,
  tokens,
  database,
  replay,
  stored,
  presence,
  changes,
  changeRights,
  filters,
  filtersOnChanges,
  limits
];

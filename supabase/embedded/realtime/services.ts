/** What connections and channels share: made once by the server. */
import type { Authorizer } from './authorization/authorizer.ts';
import type { PostgresChanges } from './changes/postgres-changes.ts';
import type { MessageStore } from './database/messages.ts';
import type { Hub } from './hub/hub.ts';
import type { Limits } from './limits.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Rates } from './rates.ts';
import type { Replication } from './replication/replication.ts';
import type { Connection } from './socket/connection.ts';
import type { People } from './socket/people.ts';
import type { Tokens } from './tokens.ts';

export interface Services {
  hub: Hub;
  tokens: Tokens;
  authorizer: Authorizer;
  messages: MessageStore;
  replication: Replication;
  changes: PostgresChanges;
  limits: Limits;
  rates: Rates;
  people: People<Connection>;
  metrics: Metrics;
  privateOnly: boolean;
  /** The server is going away and takes nobody in any more. */
  draining: boolean;
  log: Log;
  /** Milliseconds of a clock that never jumps. */
  now: () => number;
  connections: Set<Connection>;
}

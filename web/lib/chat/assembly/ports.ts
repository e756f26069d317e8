import type { FileBackend } from '../attachments/file-backend.ts';
import type { FileStore } from '../attachments/file-store.ts';
import type { Room } from '../attachments/room.ts';
import type { Backend, Session } from '../backend.ts';
import type { BreakerOptions } from '../breaker/breaker.ts';
import type { Guard } from '../breaker/late-breaker.ts';
import type { Clock } from '../clock.ts';
import type { Topics } from '../live-topics/topics.ts';
import type { EncryptionPort } from '../encryption/gate.ts';
import type { Log } from '../log.ts';
import type { OnDevice } from '../on-device/on-device.ts';
import type { Store } from '../outbox/store.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Tabs } from '../tabs/tabs.ts';

/** Everything outside that a chat needs: the server, this device, time and chance. */
export type ChatPorts = {
  userId: string;
  backend: Backend;
  /** Of this tab's own socket; the tabs share them among themselves. */
  topics: Topics;
  session: Session;
  makeBreaker: (options: BreakerOptions) => Guard;
  store: Store;
  /** @default none: files cannot be sent */
  files?: { backend: FileBackend; store: FileStore; room: Room };
  /** @default none: encrypted conversations are neither read nor written */
  encryption?: EncryptionPort;
  /** Boxes what lies here of encrypted conversations. @default none: it lies here as it was written */
  onDevice?: OnDevice;
  /** @default a new one, kept in `store` */
  deviceId?: string;
  clock: Clock;
  /** Makes the ids of entries, which sort by the time they were made, and those of what tabs say to each other. */
  newId: () => string;
  surroundings: Surroundings;
  tabs: Tabs;
  log: Log;
};

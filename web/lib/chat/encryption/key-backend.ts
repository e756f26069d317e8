import type { Bytes, DeviceKeys, KeyLogEntry } from '../../e2ee/index.ts';
import type { Sealed } from '../../e2ee/sealing.ts';
import type { Backup, DeviceRequest, KeyLogRow, OwnDevice } from './wire.ts';

/** Keys on the server, which keeps and passes them on and can open none. Everything rejects with the classes of errors.ts. */
export type KeyBackend = {
  /** Entries of these people's key logs with numbers above those given (0 for all of it), in order. */
  keyLogs(after: ReadonlyMap<string, number>): Promise<KeyLogRow[]>;
  /** Adds the next entry to the own log. `label`: what its owner calls a device that it adds. */
  appendKeyLog(entry: KeyLogEntry, label: string): Promise<void>;
  ownDevices(): Promise<OwnDevice[]>;

  requestDevice(keys: DeviceKeys, label: string): Promise<void>;
  /** Those that have not expired. */
  deviceRequests(): Promise<DeviceRequest[]>;
  handOver(deviceId: string, sealed: Sealed): Promise<void>;
  endDeviceRequest(deviceId: string): Promise<void>;

  /** Null where none was made. */
  backup(): Promise<Backup | null>;
  setBackup(backup: Backup): Promise<void>;
  saveBackupParts(number: number, parts: ReadonlyMap<string, Bytes>): Promise<void>;
  /** By name: `identity:<number>` or `epoch:<conversation id>:<number>`. */
  backupParts(): Promise<ReadonlyMap<string, Bytes>>;
};

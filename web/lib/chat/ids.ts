import { v7 } from 'uuid';

/** Ids of messages and devices: UUIDv7 (RFC 9562), which sort by the time they were made. Also where there is no secure context. */
export const newId = (): string => v7();

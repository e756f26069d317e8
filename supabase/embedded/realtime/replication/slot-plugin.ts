/**
 * pgoutput from a temporary slot: it belongs to the connection and is gone with it, so nothing is left in the database
 * that would hold on to its log.
 */
import type pg from 'pg';
import { PgoutputPlugin, type Pgoutput } from 'pg-logical-replication';

export interface SlotOptions {
  publication: string;
  /**
   * Called with the connection inside a transaction that sees exactly what was committed before the stream begins:
   * what it reads and what the stream brings are together everything, once.
   */
  onSnapshot: (client: pg.Client) => Promise<void>;
}

export class TemporarySlotPlugin extends PgoutputPlugin {
  readonly #onSnapshot: SlotOptions['onSnapshot'];

  constructor({ publication, onSnapshot }: SlotOptions) {
    super({ protoVersion: 1, publicationNames: [publication] });
    this.#onSnapshot = onSnapshot;
  }

  override async start(client: pg.Client, slot: string, lsn: string): Promise<unknown> {
    await client.query('begin isolation level repeatable read read only');
    await client.query(`CREATE_REPLICATION_SLOT "${slot}" TEMPORARY LOGICAL pgoutput (SNAPSHOT 'use')`);
    await this.#onSnapshot(client);
    await client.query('commit');
    return super.start(client, slot, lsn);
  }

  override parse(buffer: Buffer): Pgoutput.Message {
    const message = super.parse(buffer);
    // Values stay the text they came as: payloads go on as they are, and are never parsed here.
    if (message.tag === 'relation') for (const column of message.columns) column.parser = (text: string) => text;
    return message;
  }
}

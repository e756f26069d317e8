import type { Chat } from '../chat.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

/** Stopping waits no longer than this for the last receipts and the goodbye. */
const GOODBYE_MS = 2_000;

/** Beginning and end. */
export function lifeOf(
  { userId, store, onDevice, session, surroundings, tabs, clock, log }: ChatPorts,
  parts: Parts
): Pick<Chat, 'start' | 'stop'> {
  const { active, answers, topics, syncer, look, keeper, saver, outbox, uploads, unsent, personal, receipts } = parts;
  const { gate, hub, presence, idle, self, breaker, connection, pulse } = parts;
  let releases: (() => void)[] = [];

  async function stop(reason: 'stopped' | 'signed_out'): Promise<void> {
    for (const release of releases) release();
    releases = [];
    connection.stop(reason);
    pulse.stop();
    look.stop();
    presence.stop();
    hub.stop();
    breaker.stop();
    idle.stop();
    uploads.stop();
    const isSignedIn = reason === 'stopped';
    let cancel = () => {};
    const late = new Promise<void>((resolve) => (cancel = clock.after(GOODBYE_MS, resolve)));
    await Promise.race([
      Promise.all([
        outbox.stop(),
        personal.stop(isSignedIn),
        syncer.stop(),
        receipts.stop(isSignedIn),
        self.stop(isSignedIn),
        isSignedIn
          ? saver.save()
          : Promise.all([
              saver.forget(),
              onDevice?.forget().catch((error: unknown) => log('opened_unkept', error)),
              gate.wipe().catch((error: unknown) => log('keys_unwritable', error))
            ])
      ]),
      late
    ]);
    cancel();
    active.stop();
    answers.stop();
    unsent.stop();
    topics.stop();
    tabs.close();
  }

  return {
    async start() {
      if (releases.length > 0) return;
      releases = [
        session.subscribe((event) => {
          if (event === 'renewed') parts.hope();
          else void stop('signed_out');
        }),
        parts.watch()
      ];
      unsent.start();
      topics.start();
      answers.start(parts.onAnswered);
      syncer.start();
      receipts.start();
      // What was seen last is there before anything is asked.
      keeper.restore(await saver.load());
      await receipts.takeUp();
      await personal.start();
      await outbox.start();
      void store.entries(userId).then(
        (entries) => uploads.tidy(new Set(entries.map(({ id }) => id))),
        () => {}
      );
      idle.start();
      self.start();
      presence.start();
      connection.start(surroundings.online);
      pulse.start();
      // The list need not wait for the socket.
      if (surroundings.online) await syncer.now();
    },
    stop: () => stop('stopped')
  };
}

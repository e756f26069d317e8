import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type HopeParts = {
  /** What other tabs have left is seen to from here. */
  takeUp: () => void;
  /** There is reason to hope: whatever waits for its next attempt is tried now, also where it was given up for a while. */
  hope: () => void;
  /** Begins to see what the device says; returns what ends it. */
  watch: () => () => void;
};

/** When to try again: the network is back, somebody looks at the page, a token is fresh, the server answers. */
export function hopeParts({ userId: me, surroundings }: ChatPorts, parts: Parts): HopeParts {
  const { breaker, syncer, keeper, people, rules, outbox, personal, receipts, connection, open, pulse, online, self, topics } =
    parts;

  function retry(): void {
    outbox.wake();
    personal.wake();
    receipts.wake();
    parts.gate.hope();
    open.each((conversation) => conversation.retryLoading());
  }

  function wake(): void {
    connection.nudge();
    retry();
  }

  function takeUp(): void {
    void outbox.takeUp();
    void personal.takeUp();
    void receipts.takeUp();
  }

  function hope(): void {
    takeUp();
    breaker.hope();
    if (!breaker.closed.current) void syncer.now();
    wake();
  }

  let wasVisible = surroundings.visible;
  function onSurroundings(event: 'changed' | 'leaving'): void {
    if (event === 'leaving') {
      void parts.saver.save();
      void personal.save();
      self.leaving();
      return topics.handOver();
    }
    const cameOnline = surroundings.online && !online.current;
    online.set(surroundings.online);
    if (!surroundings.online) connection.offline();
    else if (cameOnline) connection.online();
    self.changed();
    open.each((conversation) => conversation.markRead());
    if (surroundings.online && (cameOnline || (surroundings.visible && !wasVisible))) {
      topics.check();
      hope();
      // The socket may have slept, too: ask, whatever it says of itself.
      void syncer.now();
    }
    wasVisible = surroundings.visible;
    pulse.schedule();
  }

  connection.link.subscribe(() => {
    pulse.schedule();
    if (connection.link.current.phase !== 'live') return;
    parts.feeds.enable();
    parts.rooms.enable();
    parts.presence.connected();
    self.connected();
    wake();
  });
  // What is shown follows from sync(): it finds the breaker open, and tries on until it is not.
  breaker.closed.subscribe(() => void syncer.now());
  syncer.answers.subscribe(() => {
    if (!syncer.answers.current) return;
    people.need([me]);
    rules.need();
    retry();
  });
  // A link may have been opened before the list was there.
  keeper.loaded.subscribe(() => {
    for (const id of open.ids()) open.confirm(id);
  });

  return {
    takeUp,
    hope,
    watch() {
      online.set(surroundings.online);
      wasVisible = surroundings.visible;
      return surroundings.subscribe(onSurroundings);
    }
  };
}

import { Connection } from '../connection/connection.ts';
import { FeedSet } from '../live-topics/feed-set.ts';
import { userTopic } from '../live-topics/topic-names.ts';
import { listedPartners } from '../presence/listed-partners.ts';
import { Pulse } from '../sync/pulse.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type LinkParts = {
  connection: Connection;
  feeds: FeedSet;
  pulse: Pulse;
  /** Which topics are wanted follows from what is known and open. Once after any number of changes. */
  follow: () => void;
};

/** Presence of so many partners at the top of the list is followed. */
const LISTED_PARTNERS = 20;

/** The line to the server's events, and asking instead while there is none. */
export function linkParts({ userId: me, surroundings, clock, log }: ChatPorts, parts: Parts): LinkParts {
  const { topics, keeper, syncer, look, rooms, presence, onMessage } = parts;
  const feeds = new FeedSet({ topics, onMessage, onJoined: () => void look.now(), clock, log });
  const connection = new Connection({
    topics,
    userTopic: userTopic(me),
    onMessage,
    sync: () => look.now(),
    onDrop: () => {
      feeds.disable();
      rooms.disable();
      presence.disconnected();
      parts.self.disconnected();
      topics.disconnect();
    },
    apiAnswers: syncer.answers,
    clock,
    log
  });
  const pulse = new Pulse({
    sync: () => syncer.now(),
    circumstances: () => {
      const { phase } = connection.link.current;
      return phase === 'stopped' || phase === 'offline'
        ? null
        : { live: phase === 'live', visible: surroundings.visible, leads: topics.leads };
    },
    clock
  });
  let isFollowing = false;
  return {
    connection,
    feeds,
    pulse,
    follow() {
      if (isFollowing) return;
      isFollowing = true;
      queueMicrotask(() => {
        isFollowing = false;
        const { open } = parts;
        const records = keeper.records.current;
        rooms.want(open.ids(), records);
        feeds.want(records, (id) => open.has(id));
        presence.list(listedPartners(records, (id) => open.has(id), LISTED_PARTNERS));
      });
    }
  };
}

import { ActiveTabs } from '../tabs/active-tabs.ts';
import { SharedTopics } from '../tabs/shared-topics.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type TabParts = { active: ActiveTabs; topics: SharedTopics };

/** The tabs of one browser: which of them leads, and the topics of all on its socket. */
export function tabParts({ topics, tabs, newId, clock, log }: ChatPorts, parts: Parts): TabParts {
  const active = new ActiveTabs(tabs, clock);
  return {
    active,
    topics: new SharedTopics({
      topics,
      tabs,
      newId,
      onMoved: () => {
        parts.connection.nudge();
        // What was said while nobody led does not wait for the socket.
        void parts.look.now();
      },
      onLead: () => parts.takeUp(),
      onGone: () => {
        active.forget();
        parts.self.alone();
        parts.takeUp();
      },
      clock,
      log
    })
  };
}

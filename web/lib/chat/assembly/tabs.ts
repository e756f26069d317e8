import { ActiveTabs } from '../tabs/active-tabs.ts';
import { SharedAnswers } from '../tabs/shared-answers.ts';
import { SharedTopics } from '../tabs/shared-topics.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type TabParts = { active: ActiveTabs; answers: SharedAnswers; topics: SharedTopics };

/** The tabs of one browser: which of them leads, the topics of all on its socket, and what one is answered for all. */
export function tabParts({ topics, tabs, newId, clock, log }: ChatPorts, parts: Parts): TabParts {
  const active = new ActiveTabs(tabs, clock);
  return {
    active,
    answers: new SharedAnswers(tabs, log),
    topics: new SharedTopics({
      topics,
      tabs,
      newId,
      onMoved: () => {
        parts.connection.nudge();
        // What was said while nobody led does not wait for the socket, and comes to all by the one that leads.
        if (parts.topics.leads) void parts.look.now();
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

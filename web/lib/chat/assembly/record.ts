import { RecordKeeper } from '../record/record-keeper.ts';
import { RecordSaver } from '../record/record-saver.ts';
import { SecondLook } from '../sync/second-look.ts';
import { Syncer } from '../sync/syncer.ts';
import { People } from '../view/people.ts';
import { Rules } from '../view/rules.ts';
import type { Parts } from './parts.ts';
import type { ChatPorts } from './ports.ts';

export type RecordParts = {
  syncer: Syncer;
  look: SecondLook;
  keeper: RecordKeeper;
  saver: RecordSaver;
  people: People;
  rules: Rules;
};

/** What is known, how it is kept on this device, and how the server is asked for what is missing. */
export function recordParts({ userId: me, store, clock, log }: ChatPorts, parts: Parts): RecordParts {
  const { backend } = parts;
  const keeper: RecordKeeper = new RecordKeeper({
    me,
    isOpen: (id) => parts.open.has(id),
    needsSync: () => void look.now(),
    onChange: (change) => parts.onChange(change)
  });
  const syncer = new Syncer({
    async once() {
      const { personal } = parts;
      const asked = personal.cursor();
      const cursors = keeper.cursors();
      const answer = await backend.sync(cursors, asked);
      parts.answers.tell({ cursors, personal: asked, answer });
      const isMorePersonal = personal.applySync(answer.personal, asked);
      return keeper.applySync(answer) || isMorePersonal;
    },
    clock,
    log
  });
  const look = new SecondLook({
    sync: () => syncer.now(),
    isUnsettled: () => keeper.isUnsettled() || parts.personal.isUnsettled(),
    giveUp: () => {
      keeper.giveUp();
      parts.personal.giveUp();
    },
    clock
  });
  return {
    syncer,
    look,
    keeper,
    saver: new RecordSaver({ userId: me, store, get: (id) => keeper.get(id), clock, log }),
    people: new People((ids) => backend.profiles(ids), log),
    rules: new Rules(backend, log)
  };
}

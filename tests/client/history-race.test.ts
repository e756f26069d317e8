/** A page of history is read at one moment and arrives at another: what has changed in between must not be undone by it. */
import { expect, test } from 'vitest';
import { emptyWindow } from '../../web/lib/chat/record/message-window.ts';
import { RecordKeeper } from '../../web/lib/chat/record/record-keeper.ts';
import { nothingUnloaded, withUnloaded } from '../../web/lib/chat/record/unloaded.ts';
import { ALICE, AT, BOB, CONVERSATION, message, record } from './support/rows.ts';

function known() {
  const keeper = new RecordKeeper({ me: ALICE, isOpen: () => true, needsSync: () => {}, onChange: () => {} });
  keeper.restore([record(3, { window: emptyWindow(3) })]);
  return keeper;
}

const happened = (keeper: RecordKeeper, row: ReturnType<typeof message>) =>
  keeper.apply({ type: 'message', conversation_id: CONVERSATION, revision: row.revision, message: row });
const page = [3, 2, 1].map((seq) => message(seq, seq + 1));

test('what is edited, deleted and reacted to while a page is on its way is so once it is there', () => {
  const keeper = known();
  const asked = keeper.get(CONVERSATION)!.cursor;
  happened(keeper, message(1, 5, BOB, 'edited'));
  happened(keeper, { ...message(2, 6, BOB, ''), deleted_at: AT });
  const last = { user_id: ALICE, added: true };
  happened(keeper, { ...message(3, 7), reactions: { '👍': { count: 2, user_ids: [BOB], since: AT, last } } });
  expect(keeper.applyHistory(CONVERSATION, page, asked)).toBe(true);
  expect(keeper.get(CONVERSATION)!.window.messages).toMatchObject([
    { content: 'edited' },
    { deleted_at: AT },
    { my_reactions: ['👍'] }
  ]);
});

test('a page that knows more already is not taken back', () => {
  const keeper = known();
  happened(keeper, message(1, 5, BOB, 'edited'));
  keeper.applyHistory(CONVERSATION, [page[0]!, page[1]!, message(1, 6, BOB, 'edited again')], 6);
  expect(keeper.get(CONVERSATION)!.window.messages[0]).toMatchObject({ content: 'edited again' });
});

test('a page from before more changes than are remembered is asked for again', () => {
  const keeper = known();
  const asked = keeper.get(CONVERSATION)!.cursor;
  for (let revision = 5; revision < 120; revision += 1) happened(keeper, message(1, revision, BOB, `edit ${revision}`));
  expect(keeper.applyHistory(CONVERSATION, page, asked)).toBe(false);
  expect(keeper.get(CONVERSATION)!.window.messages).toEqual([]);
  expect(withUnloaded(nothingUnloaded(4), page[0]!).since).toBe(4);
});

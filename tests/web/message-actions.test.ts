import { describe, expect, test } from 'vitest';
import type { Permission } from '#lib/chat/index.ts';
import { actionsFor, mayPost, type Standing } from '#lib/state/message-actions.ts';
import { message } from './fake-chat.ts';

const standing = (may: Permission[], summary: Partial<Standing['summary']> = {}, inThread = false): Standing => ({
  summary: { kind: 'group', role: 'member', postRole: 'guest', closedAt: null, isEncrypted: false, ...summary },
  may: new Set(may),
  inThread
});
const own = message(1, 'mine', { mine: true });
const other = message(2, 'theirs');

describe('what can be done with a message', () => {
  test('is what the role allows', () => {
    expect(actionsFor(own, standing(['edit_own', 'delete_own']))).toEqual(
      expect.arrayContaining(['edit', 'delete', 'info', 'reply', 'thread'])
    );
    expect(actionsFor(own, standing([]))).not.toEqual(expect.arrayContaining(['edit']));
    expect(actionsFor(other, standing(['edit_own', 'delete_own']))).not.toContain('delete');
    expect(actionsFor(other, standing(['delete_any', 'pin']))).toEqual(expect.arrayContaining(['delete', 'pin', 'report']));
  });

  test('is nothing but reading and taking back where it is closed', () => {
    const closed = standing(['edit_own', 'delete_own', 'pin'], { closedAt: new Date() });
    expect(actionsFor(own, closed)).toEqual(['copy', 'copyLink', 'forward', 'info', 'hide', 'delete']);
  });

  test('leaves out what the server refuses to pass on', () => {
    expect(actionsFor(message(3, 'soon gone', { expiresAt: new Date() }), standing([]))).not.toContain('forward');
    expect(actionsFor(other, standing([], { kind: 'negotiation' }))).not.toContain('forward');
  });

  test('is little with what is deleted, and nothing with what is not sent', () => {
    expect(actionsFor(message(4, '', { deleted: true }), standing(['delete_any']))).toEqual(['hide']);
    expect(actionsFor(message(null, 'on its way', { mine: true }), standing(['edit_own']))).toEqual([]);
  });
});

test('who may post goes by the role that it takes', () => {
  const at = (role: Standing['summary']['role'], postRole: Standing['summary']['postRole']) =>
    mayPost({ kind: 'channel', role, postRole, closedAt: null, isEncrypted: false });
  expect([at('owner', 'admin'), at('admin', 'admin'), at('member', 'admin'), at('guest', 'guest')]).toEqual([
    true,
    true,
    false,
    true
  ]);
});

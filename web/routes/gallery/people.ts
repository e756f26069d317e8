import type { Person } from '#lib/chat/index.ts';

const person = (id: string, displayName: string, handle: string): Person => ({ id, displayName, handle, avatarUrl: null });

export const me = person('me', 'Alice Moreau', 'alice');
export const bob = person('bob', 'Bob Lindqvist', 'bob');
export const carol = person('carol', 'Carol Reyes', 'carol');
export const dora = person('dora', 'Dora Wolfeschlegelsteinhausenbergerdorff', 'dora');

import type { Words } from '../en.ts';

export const thread: Words['thread'] = {};

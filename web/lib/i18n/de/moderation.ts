import type { Words } from '../en.ts';

export const moderation: Words['moderation'] = {};

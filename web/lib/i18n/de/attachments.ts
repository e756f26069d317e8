import type { Words } from '../en.ts';

export const attachments: Words['attachments'] = {};

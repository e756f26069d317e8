import type { Words } from '../en.ts';

export const notices: Words['notices'] = {};

import type { Words } from '../en.ts';

export const auth: Words['auth'] = {};

import type { Words } from '../en.ts';

export const time: Words['time'] = {};

import type { Words } from '../en.ts';

export const market: Words['market'] = {};

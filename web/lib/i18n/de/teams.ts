import type { Words } from '../en.ts';

export const teams: Words['teams'] = {};

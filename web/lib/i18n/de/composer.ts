import type { Words } from '../en.ts';

export const composer: Words['composer'] = {};

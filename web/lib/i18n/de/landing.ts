import type { Words } from '../en.ts';

export const landing: Words['landing'] = {};

import type { Words } from '../en.ts';

export const errors: Words['errors'] = {
  noConfig: 'Der Server ist nicht zu erreichen.',
  unexpected: 'In der App ist etwas schiefgegangen.',
  unreachable: 'Parley ist gerade nicht zu erreichen. Versuch es noch einmal.'
};

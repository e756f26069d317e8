import type { Words } from '../en.ts';
import { plural } from './plural.ts';

export const attachments: Words['attachments'] = {
  voice: 'Sprachnachricht',
  photos: (count) => plural(count, { one: 'Foto', other: `${count} Fotos` }),
  videos: (count) => plural(count, { one: 'Video', other: `${count} Videos` }),
  files: (count) => plural(count, { one: 'Datei', other: `${count} Dateien` })
};

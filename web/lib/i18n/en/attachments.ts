import { plural } from './plural.ts';

export const attachments = {
  voice: 'Voice message',
  photos: (count: number) => plural(count, { one: 'Photo', other: `${count} photos` }),
  videos: (count: number) => plural(count, { one: 'Video', other: `${count} videos` }),
  files: (count: number) => plural(count, { one: 'File', other: `${count} files` })
};

import type { Attachment } from '#lib/chat/index.ts';

export type FileKind = 'picture' | 'video' | 'sound' | 'file';

/** Pictures that every browser shows. */
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif']);

/** How a file of this type is shown. */
export function kindOf(mimeType: string): FileKind {
  if (PICTURES.has(mimeType)) return 'picture';
  if (mimeType === 'video/mp4' || mimeType === 'video/webm') return 'video';
  return mimeType.startsWith('audio/') ? 'sound' : 'file';
}

/** Of which files each kind there is, in order. */
export function byKind(attachments: readonly Attachment[]): Record<FileKind, readonly Attachment[]> {
  const of = (kind: FileKind) => attachments.filter(({ mimeType }) => kindOf(mimeType) === kind);
  return { picture: of('picture'), video: of('video'), sound: of('sound'), file: of('file') };
}

/** What sounds recorded here are called: they are shown as voice messages. */
export const VOICE_NAME = 'voice-message';
export const isVoice = ({ name }: Pick<Attachment, 'name'>): boolean => name.startsWith(VOICE_NAME);

/** What anything may be sent as that has no type of its own among those that the server takes. */
export const ANY_TYPE = 'application/octet-stream';

/** The type that a file is sent as. `types`: what the server takes, if that is known. */
export function sentType(type: string, types: ReadonlyMap<string, number> | null): string {
  const plain = type.split(';', 1)[0]!.trim().toLowerCase();
  if (plain === '' || (types && !types.has(plain))) return ANY_TYPE;
  return plain;
}

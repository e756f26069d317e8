import type { Member } from '#lib/chat/index.ts';
import type { Emoji } from '#lib/emoji/catalogue.ts';
import { searchEmoji } from '#lib/emoji/catalogue.ts';
import type { Command } from './commands.ts';
import type { Trigger } from './completion.ts';

/** One line of the list above the composer. */
export type Choice = {
  readonly id: string;
  /** What stands in the text when it is chosen. */
  readonly text: string;
  readonly label: string;
  readonly note: string;
  readonly emoji?: string;
  readonly member?: Member;
  readonly command?: Command;
};

export type Sources = {
  readonly members: readonly Member[];
  /** Callings that one's role allows: channel and here. */
  readonly callings: readonly { readonly name: string; readonly note: string }[];
  readonly channels: readonly { readonly id: string; readonly title: string }[];
  readonly emoji: readonly Emoji[];
  readonly commands: readonly Command[];
};

const MOST = 8;
/** What can be written after # as one word. */
const ONE_WORD = /^[\p{L}\p{N}_-]+$/u;

/** What could be meant, the likeliest first. */
export function choicesFor({ kind, query }: Trigger, sources: Sources): readonly Choice[] {
  const wanted = query.toLowerCase();
  switch (kind) {
    case '@': {
      const members = sources.members.filter(({ handle, displayName }) =>
        [handle, ...displayName.toLowerCase().split(/\s+/)].some((word) => word.startsWith(wanted))
      );
      const callings = sources.callings.filter(({ name }) => name.startsWith(wanted));
      return [
        ...members.slice(0, MOST).map((member) => ({
          id: member.id,
          text: `@${member.handle}`,
          label: member.displayName,
          note: `@${member.handle}`,
          member
        })),
        ...callings.map(({ name, note }) => ({ id: name, text: `@${name}`, label: `@${name}`, note }))
      ];
    }
    case '#':
      return sources.channels
        .filter(({ title }) => ONE_WORD.test(title) && title.toLowerCase().includes(wanted))
        .slice(0, MOST)
        .map(({ id, title }) => ({ id, text: `#${title}`, label: `#${title}`, note: '' }));
    case ':':
      return searchEmoji(sources.emoji, wanted, MOST).map(({ emoji, label, shortcodes }) => ({
        id: emoji,
        text: emoji,
        label,
        note: shortcodes[0] ? `:${shortcodes[0]}:` : '',
        emoji
      }));
    case '/':
      return sources.commands
        .filter(({ name }) => name.startsWith(wanted))
        .map((command) => ({ id: command.name, text: '', label: `/${command.name}`, note: command.note, command }));
    default: {
      const never: never = kind;
      return never;
    }
  }
}

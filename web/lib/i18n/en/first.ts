import { attachments } from './attachments.ts';
import { chat } from './chat.ts';
import { common } from './common.ts';
import { composer } from './composer.ts';
import { errors } from './errors.ts';
import { list } from './list.ts';
import { message } from './message.ts';
import { notices } from './notices.ts';
import { shell } from './shell.ts';
import { thread } from './thread.ts';
import { time } from './time.ts';

/** What the first screen says: conversations, and what is around them. Part of the first load. */
export const first = { shell, common, list, chat, composer, message, thread, attachments, notices, errors, time };

import { chatMessage } from '#lib/chat-message.ts';
import { toast } from './toast.ts';

/** Does what a person has asked for; why it could not be done is said at the edge of the screen. Resolves to whether it was done. */
export async function attempt(task: () => Promise<unknown>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    toast.error(chatMessage(error));
    return false;
  }
}

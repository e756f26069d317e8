import type { PersonalBackend } from '../../../web/lib/chat/personal/personal-backend.ts';

const nobody = () => Promise.reject(new Error('Nobody does that here.'));

/** For servers where nobody has anything of their own. */
export const noPersonal: PersonalBackend = {
  grant: nobody,
  categories: nobody,
  block: nobody,
  unblock: nobody,
  schedule: nobody,
  editScheduled: nobody,
  cancelScheduled: nobody,
  sendScheduled: nobody
};

import * as z from 'zod/mini';
import type { Person } from '#lib/chat/index.ts';
import { toPerson } from '#lib/chat/view/people.ts';
import { profileSchema } from '#lib/chat/wire/rows.ts';

/** What several of the calls get: somebody with a profile, and moments. */

export const PROFILE = 'id,handle,display_name,avatar_url';

export const personSchema = z.pipe(
  profileSchema,
  z.transform((row): Person => toPerson(row))
);

/** Null for an account that is deleted, or a profile that is not shown. */
export const maybePerson = z._default(z.nullable(personSchema), null);

export const moment = z.pipe(
  z.string(),
  z.transform((text) => new Date(text))
);

export const maybeMoment = z.pipe(
  z._default(z.nullable(z.string()), null),
  z.transform((text) => (text === null ? null : new Date(text)))
);

export const nothing = z.unknown();

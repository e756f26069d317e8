import { defineParams } from '@sveltejs/kit/params';
import { hasOwnStart } from '#lib/i18n/start-page.ts';

/** What may stand in the place of a parameter of a route. */
export const params = defineParams({ language: (value) => (hasOwnStart(value) ? value : undefined) });

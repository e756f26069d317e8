import { z } from 'zod';

/** An `access_token` push: the token that the channel is to go on with. */
export const accessTokenPayloadSchema = z.object({ access_token: z.string().nullish() });

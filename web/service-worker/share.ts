import { keepShared, SHARE_PATH } from '../lib/share/shared.ts';

/** Takes in what another app shares, and leads to the page that asks whom it is for. */
export async function takeIn(request: Request): Promise<Response> {
  await keepShared(await request.formData());
  return Response.redirect(SHARE_PATH, 303);
}

import type { FastifyRequest } from 'fastify';
import type { Auth } from '../auth.ts';
import { queryText } from '../http/body.ts';

/** Where this request wants its link to lead, as far as that is allowed. */
export function redirectOf(auth: Auth, request: FastifyRequest): string {
  const header = request.headers.redirect_to;
  return auth.redirects.choose(
    typeof header === 'string' ? header : undefined,
    queryText(request, 'redirect_to'),
    request.headers.referer
  );
}

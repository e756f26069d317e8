/** What the gateway itself answers when it cannot pass a request on, in the shape of PostgREST's errors. */

export interface GatewayError {
  status: number;
  body: { code: string; message: string; details: string | null; hint: string | null };
}

export function bodyTooLarge(limitBytes: number): GatewayError {
  const limit = `${limitBytes / 2 ** 20} MiB`;
  return refusal(413, 'body_too_large', `The request body is larger than ${limit}`, 'Send less at once; files go to Storage.');
}

export function unavailable(service: string): GatewayError {
  return refusal(
    503,
    'service_unavailable',
    `${service} cannot be reached`,
    'It may be starting again; try once more in a moment.'
  );
}

export function timedOut(service: string): GatewayError {
  return refusal(504, 'service_timeout', `${service} did not answer in time`, null);
}

export function notFound(path: string): GatewayError {
  return refusal(404, 'path_not_found', `The API has nothing at ${path}`, null);
}

export const NO_GRAPHQL: GatewayError = refusal(
  404,
  'graphql_not_offered',
  'The embedded stack has no GraphQL',
  'The same tables are at /rest/v1; with `supabase start` there is GraphQL too.'
);

export function badRequest(reason: string): GatewayError {
  return refusal(400, 'request_invalid', reason, null);
}

function refusal(status: number, code: string, message: string, hint: string | null): GatewayError {
  return { status, body: { code, message, details: null, hint } };
}

import type { SupabaseClient } from '@supabase/supabase-js';
import type * as z from 'zod/mini';
import { BadAnswer, NotSignedIn, RateLimited, Refused, Unreachable } from '../errors.ts';

/** No answer within this time counts as none. */
const TIMEOUT_MS = 20_000;
/** When a 429 does not say how long to wait. */
const RETRY_AFTER_DEFAULT_MS = 1_000;

export type Rest = ReturnType<SupabaseClient['schema']>;
type Answer = { data: unknown; status: number; error: { code?: string; message: string } | null };
type Request = { retry(enabled: boolean): PromiseLike<Answer> };

export type CallOptions = {
  /** The page is going away: the request shall outlive it. */
  keepalive?: boolean;
};

/** One request to PostgREST: its answer checked by `schema`, its failures as the classes of errors.ts. */
export async function call<Schema extends z.ZodMiniType>(
  supabase: SupabaseClient,
  schema: Schema,
  make: (rest: Rest) => Request,
  { keepalive = false }: CallOptions = {}
): Promise<z.output<Schema>> {
  const rest = supabase.schema('public');
  const inner = rest.fetch ?? fetch;
  let retryAfter: string | null = null;
  // supabase-js does not hand out headers, so Retry-After is taken on the way.
  rest.fetch = async (input, init) => {
    const response = await inner(input, { ...init, keepalive });
    retryAfter = response.headers.get('retry-after');
    return response;
  };
  // It retries reads by itself; here whoever asks decides when to ask again.
  const { data, status, error } = await inTime(make(rest).retry(false));
  if (error) throw failure(status, error, retryAfter);
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new BadAnswer('The answer has another form than this client knows.', { cause: parsed.error });
  return parsed.data;
}

/** The status alone decides how an error is handled; the code says which refusal it is. */
export function failure(status: number, cause: { code?: string; message: string }, retryAfter: string | null): Error {
  if (status === 401) return new NotSignedIn('The access token is missing, expired or not accepted.', { cause });
  if (status === 429) {
    const seconds = Number(retryAfter ?? Number.NaN);
    return new RateLimited(Number.isFinite(seconds) ? seconds * 1000 : RETRY_AFTER_DEFAULT_MS, { cause });
  }
  if (status >= 400 && status < 500 && status !== 408)
    return new Refused(cause.code || `http_${status}`, cause.message, status, { cause });
  return new Unreachable('The server cannot be reached.', { cause });
}

async function inTime<T>(request: PromiseLike<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Unreachable(`No answer within ${TIMEOUT_MS / 1000} s.`)), TIMEOUT_MS);
  });
  try {
    return await Promise.race([request, late]);
  } finally {
    clearTimeout(timer);
  }
}

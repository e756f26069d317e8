/** One request of pg_net's queue, made and turned into the row that `net._http_response` gets. */

export interface QueuedRequest {
  /** `bigint`, as text. */
  id: string;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  body: Buffer | null;
  timeout_milliseconds: number;
}

export interface RecordedResponse {
  id: string;
  status_code: number | null;
  content_type: string | null;
  headers: Record<string, string> | null;
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
}

const USER_AGENT = 'pg_net/0.20.4';

/** Never throws: what goes wrong is the answer, as in pg_net. `stopping` gives the request up. */
export async function perform(request: QueuedRequest, stopping: AbortSignal): Promise<RecordedResponse> {
  const started = performance.now();
  const timeout = AbortSignal.timeout(Math.max(1, request.timeout_milliseconds));
  const nothing = { id: request.id, status_code: null, content_type: null, headers: null, content: null, timed_out: false };
  try {
    const { protocol } = new URL(request.url);
    if (protocol !== 'http:' && protocol !== 'https:') return { ...nothing, error_msg: 'Unsupported protocol' };
    const method = request.method.toUpperCase();
    const response = await fetch(request.url, {
      method,
      headers: { 'user-agent': USER_AGENT, ...request.headers },
      body: method === 'GET' || request.body === null ? undefined : new Uint8Array(request.body),
      signal: AbortSignal.any([timeout, stopping])
    });
    const content = await response.text();
    return {
      ...nothing,
      status_code: response.status,
      content_type: response.headers.get('content-type'),
      headers: Object.fromEntries(response.headers),
      // Postgres text cannot hold the character zero.
      content: content.replaceAll('\0', ''),
      error_msg: null
    };
  } catch (error) {
    if (stopping.aborted) return { ...nothing, error_msg: 'The worker was stopped before the answer came' };
    if (!timeout.aborted) return { ...nothing, error_msg: reason(error) };
    const total = (performance.now() - started).toFixed(3);
    const error_msg = `Timeout of ${request.timeout_milliseconds} ms reached. Total time: ${total} ms`;
    return { ...nothing, timed_out: true, error_msg };
  }
}

/** `fetch` says only "fetch failed"; why is in the cause. */
function reason(error: unknown): string {
  const { message, cause } = error as Error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return reason(cause.errors[0]);
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

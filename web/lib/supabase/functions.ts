/** Calls an Edge Function with JSON, as functions-js does: of it, this much is used. */
export async function invoke(
  url: string,
  fetcher: typeof fetch,
  name: string,
  { body }: { body?: unknown } = {}
): Promise<{ data: unknown; error: unknown }> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetcher(`${url}/${name}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) return { data: null, error: new Error(`${name} answered ${response.status}`) };
    return { data: await response.json(), error: null };
  } catch (error) {
    return { data: null, error };
  }
}

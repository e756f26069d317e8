import type { HttpRequest, HttpStack } from 'tus-js-client';

/** Requests of tus-js-client by fetch, for where there is no XMLHttpRequest: a service worker. Progress is told part by part. */
export const fetchStack: HttpStack = {
  getName: () => 'fetch',
  createRequest: (method, url) => request(method, url)
};

function request(method: string, url: string): HttpRequest {
  const headers = new Headers();
  const ending = new AbortController();
  let onProgress: (bytes: number) => void = () => {};
  return {
    getMethod: () => method,
    getURL: () => url,
    setHeader: (name, value) => headers.set(name, value),
    getHeader: (name) => headers.get(name) ?? undefined,
    setProgressHandler: (handler) => void (onProgress = handler),
    async send(body: Blob | null = null) {
      const response = await fetch(url, { method, headers, body, signal: ending.signal });
      if (body) onProgress(body.size);
      const text = await response.text();
      return {
        getStatus: () => response.status,
        getHeader: (name) => response.headers.get(name) ?? undefined,
        getBody: () => text,
        getUnderlyingObject: () => response
      };
    },
    abort: async () => ending.abort(),
    getUnderlyingObject: () => null
  };
}

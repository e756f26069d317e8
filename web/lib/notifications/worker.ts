import { ownPath } from './path.ts';
import { routeSchema } from './payload.ts';

/** Follows the service worker to where a notification that was clicked leads. */
export function listenToWorker(follow: (path: string) => void): () => void {
  if (!('serviceWorker' in navigator)) return () => {};
  const heard = ({ data }: MessageEvent) => {
    const route = routeSchema.safeParse(data);
    const path = route.success ? ownPath(route.data.path) : null;
    if (path) follow(path);
  };
  navigator.serviceWorker.addEventListener('message', heard);
  return () => navigator.serviceWorker.removeEventListener('message', heard);
}

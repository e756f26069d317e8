import type { StorageClient } from '@supabase/storage-js';

type Bucket = ReturnType<StorageClient['from']>;

/** Storage of Supabase, loaded with the first request: the first screen needs no more of it than addresses of public files. */
export function lazyStorage(url: string, fetch: typeof globalThis.fetch): StorageClient {
  let loading: Promise<StorageClient> | null = null;
  const real = () =>
    (loading ??= import('@supabase/storage-js').then(
      ({ StorageClient }) => new StorageClient(url, {}, fetch),
      (error: unknown) => {
        loading = null;
        throw error;
      }
    ));

  const from = (name: string): Bucket => {
    const own: Pick<Bucket, 'getPublicUrl'> = {
      getPublicUrl: (path) => ({ data: { publicUrl: encodeURI(`${url}/object/public/${name}/${path}`) } })
    };
    return new Proxy(own as Bucket, {
      get: (target, method) =>
        Object.hasOwn(target, method)
          ? target[method as keyof Bucket]
          : async (...given: unknown[]) => {
              const bucket = (await real()).from(name);
              return (bucket[method as keyof Bucket] as (...given: unknown[]) => unknown).apply(bucket, given);
            }
    });
  };
  return { from } as StorageClient;
}

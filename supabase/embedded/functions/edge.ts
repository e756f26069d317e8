/** Runs in Deno before a function: what Supabase's edge runtime has and Deno has not. */
interface EdgeRuntime {
  /** Goes on with the work after the response was sent. */
  waitUntil<T>(work: Promise<T>): Promise<T>;
}

const scope = globalThis as typeof globalThis & { EdgeRuntime?: EdgeRuntime };

scope.EdgeRuntime ??= {
  waitUntil(work) {
    // Whoever failed in the background has no response to put it in, and must not end the process for the others.
    work.catch((error: unknown) => console.error('waitUntil:', error));
    return work;
  }
};

/** What Supabase's edge runtime adds to Deno. */
declare const EdgeRuntime: {
  /** Goes on with the work after the response was sent. */
  waitUntil<T>(work: Promise<T>): Promise<T>;
};

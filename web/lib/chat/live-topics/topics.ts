/** Live topics as the client uses them; the adapter in supabase/ makes them of Realtime channels. */
export type Topics = {
  /** Resolves when there is an open socket and a fresh access token; rejects with Unreachable or NotSignedIn. */
  connect(): Promise<void>;
  /** Gives up the socket, once all topics are left: the next connect() opens another one. */
  disconnect(): void;
  /** Joins a private topic. Nothing is joined twice: whoever held this topic before has to have left it. */
  join(name: string, presenceKey: string | null, events: TopicEvents): Topic;
};

export type TopicEvents = {
  joined(): void;
  /** It cannot be joined, or was lost. It is left already: join again to get it back. Called once, and nothing after it. */
  lost(reason: unknown): void;
  message?(event: string, payload: unknown): void;
  /** Everybody's metas by presence key, whenever they change. */
  presence?(state: Readonly<Record<string, readonly unknown[]>>): void;
};

export type Topic = {
  /** A broadcast to the others; dropped when not joined. */
  send(event: string, payload: Record<string, unknown>): void;
  /** Says or changes what others see of oneself. At most 5 times in 30 s per topic, or the server closes it. */
  track(meta: Record<string, unknown>): void;
  leave(): void;
};

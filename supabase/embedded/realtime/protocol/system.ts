/** What the server tells a channel about itself. */
export interface SystemPayload {
  extension: 'system' | 'postgres_changes';
  status: 'ok' | 'error';
  message: string;
  /** The channel's name: the topic without its prefix. */
  channel: string;
}

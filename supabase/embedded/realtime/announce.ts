/** What the database broadcasts, handed to those who are on its topic. */
import { broadcastOf, type StoredMessage } from './database/messages.ts';
import { sharedBroadcast } from './protocol/shared-frame.ts';
import type { Services } from './services.ts';

export function announce({ hub, limits, rates, metrics, log }: Services, message: StoredMessage): void {
  const { id, topic } = message;
  const bytes = message.binary_payload?.length ?? Buffer.byteLength(message.payload ?? '');
  if (bytes > limits.payloadBytes) {
    metrics.dropped.refused += 1;
    return log('error', 'UnableToBroadcastChanges', 'payload_size_exceeded', { topic, bytes });
  }
  if (rates.events.exceededWith(0)) {
    metrics.dropped.rate_limited += 1;
    return log('error', 'UnableToBroadcastChanges', 'too_many_requests', { topic });
  }
  rates.events.add();
  metrics.broadcasts += 1;
  hub.broadcast({ name: topic, isPrivate: message.private === true }, () => {
    const broadcast = broadcastOf(message);
    return broadcast && { frame: sharedBroadcast(broadcast), id };
  });
}

/** What the key of an epoch lies on a device as. */
export const epochName = (conversationId: string, number: number) => `epoch:${conversationId}:${number}`;

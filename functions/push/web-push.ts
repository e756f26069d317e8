/**
 * What is used of the package web-push: its encryption (RFC 8291) and its tokens (RFC 8292). The request is ours (send.ts): the
 * package's own goes to https only and opens a connection each time.
 */
export interface WebPush {
  /** @throws when the keys are not those of a browser */
  encrypt(p256dh: string, auth: string, payload: string, encoding: 'aes128gcm'): { cipherText: Uint8Array };
  getVapidHeaders(
    audience: string,
    subject: string,
    publicKey: string,
    privateKey: string,
    encoding: 'aes128gcm',
    /** In seconds since 1970, less than a day ahead. */
    expiration: number
  ): { Authorization: string };
}

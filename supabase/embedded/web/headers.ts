/**
 * What the app's pages are sent with, besides the policy in their head (svelte.config.js): what has no effect there, and what is
 * known only now, the address of the API. Both policies hold at once.
 */
export function securityHeaders(apiUrl: string): Record<string, string> {
  const api = new URL(apiUrl);
  const sockets = `${api.protocol.replace('http', 'ws')}//${api.host}`;
  return {
    'content-security-policy': `connect-src 'self' blob: ${api.origin} ${sockets}; frame-ancestors 'none'`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff'
  };
}

import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** The program that asks, as its session remembers it. */
export interface Client {
  ip: string;
  userAgent: string | null;
}

export function clientOf(request: FastifyRequest): Client {
  const ip = request.ip.split('%', 1)[0]!;
  return { ip: isIP(ip) === 0 ? '0.0.0.0' : ip, userAgent: request.headers['user-agent'] ?? null };
}

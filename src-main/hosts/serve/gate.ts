import { PROTOCOL } from '@shared/rpc/protocol';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const TOKEN_PREFIX = 'token.';

/** A fresh secret, 256 bits, in letters that URLs and WebSocket subprotocols allow. */
export function createToken(): string {
  return randomBytes(32).toString('base64url');
}

export type GateDecision = { readonly ok: true } | { readonly ok: false; readonly status: 401 | 403 | 404; readonly reason: string };

const no = (status: 401 | 403 | 404, reason: string): GateDecision => ({ ok: false, status, reason });

/**
 * Whether a request names this machine itself. A foreign name in Host means that somebody's DNS name was pointed at
 * loopback (DNS rebinding): their page would then count as ours.
 */
export function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/** Decides on a WebSocket upgrade: own path, own host, own origin, the protocol and the token. The reason never holds the token. */
export function checkUpgrade(request: IncomingMessage, port: number, token: string): GateDecision {
  const { host, origin } = request.headers;
  if (!isOwnHost(host, port)) return no(403, 'its Host header is not this machine');
  if (origin !== `http://${host}`) return no(403, 'it comes from another origin');
  if (request.url !== '/rpc') return no(404, 'it asks for another path than /rpc');
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(PROTOCOL)) return no(401, `it does not speak ${PROTOCOL}`);
  const shown = offered.find((name) => name.startsWith(TOKEN_PREFIX));
  if (shown === undefined) return no(401, 'it shows no token');
  if (!sameSecret(shown.slice(TOKEN_PREFIX.length), token)) return no(401, 'its token is wrong');
  return { ok: true };
}

/** Compares hashes, so that neither the time taken nor a difference in length tells anything. */
function sameSecret(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

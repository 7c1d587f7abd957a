import { request as plainRequest, type IncomingMessage } from 'node:http';
import { message, MessageError, messageOf } from '@shared/text/message';
import { openSocket } from './trusted-socket';

export interface TextRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the certificate that a person trusts; null = authorities decide. */
  readonly fingerprint: string | null;
  /** Sent as a form; left out = nothing is sent. */
  readonly form?: Readonly<Record<string, string>>;
}

export interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

const MAX_BYTES = 8 * 1024 * 1024;

/** The text at an address, whatever its status, over a connection of its own. @throws {MessageError} that says what to look at */
export async function httpText({ url, headers, fingerprint, form }: TextRequest, signal: AbortSignal): Promise<TextAnswer> {
  const { protocol, hostname, port, host, pathname, search } = new URL(url);
  const tls = protocol === 'https:';
  const socket = await openSocket(
    { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? (tls ? 443 : 80) : port), tls, fingerprint },
    signal,
  );
  const body = form === undefined ? null : new URLSearchParams(form).toString();
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = plainRequest({
        createConnection: () => socket,
        signal,
        method: body === null ? 'GET' : 'POST',
        path: pathname + search,
        headers: {
          host,
          connection: 'close',
          ...headers,
          ...(body === null ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
        },
      });
      request.once('response', resolve);
      request.once('error', reject);
      request.end(body ?? undefined);
    });
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > MAX_BYTES) throw new MessageError(message('message.http.tooLong', { host, megabytes: MAX_BYTES / 2 ** 20 }));
      parts.push(part);
    }
    return { status: response.statusCode ?? 0, text: new TextDecoder().decode(Buffer.concat(parts)) };
  } catch (error) {
    if (error instanceof MessageError) throw error;
    if (signal.aborted) throw new MessageError(message('message.http.silent', { host }), { cause: error });
    throw new MessageError(message('message.http.failed', { host, why: messageOf(error) }), { cause: error });
  } finally {
    socket.destroy();
  }
}

/** @throws {MessageError} for an answer that is no success */
export function checkStatus({ status }: TextAnswer, url: string): void {
  if (status >= 200 && status < 300) return;
  const { host } = new URL(url);
  const isSignIn = status === 401 || status === 403;
  const isMoved = status >= 300 && status < 400;
  throw new MessageError(
    message(isSignIn ? 'message.http.signIn' : isMoved ? 'message.http.moved' : 'message.http.status', { host, status }),
  );
}

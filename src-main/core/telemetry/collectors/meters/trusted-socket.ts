import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { message, MessageError, messageOf, type Message } from '@shared/text/message';
import { textThat } from '../../setting-refusal';

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** SHA-256 of the certificate that a person trusts, where no authority vouches for it; null = authorities decide. */
  readonly fingerprint: string | null;
}

/** A SHA-256 fingerprint as programs write it: 32 pairs of hexadecimal digits, with or without colons. */
export const Fingerprint = textThat((text) => /^[0-9a-f]{64}$/i.test(plainFingerprint(text)), message('message.socket.badFingerprint'));
const plainFingerprint = (text: string): string => text.replace(/^sha-?256[=:\s]*/i, '').replace(/[:\s]/g, '');

/** A connection to whom it is meant: nothing is sent before the certificate is known. @throws {MessageError} that says what to look at */
export function openSocket({ host, port, tls, fingerprint }: SocketAddress, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // A certificate that no authority vouches for is looked at below, and refused unless a person trusts it.
    const secure = tls ? connectTls({ host, port, servername: /^[\d.]+$|:/.test(host) ? '' : host, rejectUnauthorized: false }) : null;
    const socket: Socket = secure ?? connectPlain({ host, port });
    const fail = (why: Message, cause?: unknown): void => {
      signal.removeEventListener('abort', abort);
      socket.on('error', () => undefined);
      socket.destroy();
      reject(new MessageError(why, { cause }));
    };
    const abort = (): void => fail(message('message.socket.silent', { host: `${host}:${port}` }));
    const onError = (error: NodeJS.ErrnoException): void => fail(failureOf(`${host}:${port}`, host, tls, error), error);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) return abort();
    socket.once('error', onError);
    socket.once(secure === null ? 'connect' : 'secureConnect', () => {
      const refusal = secure === null ? null : certificateRefusal(`${host}:${port}`, secure, fingerprint);
      if (refusal !== null) return fail(refusal);
      signal.removeEventListener('abort', abort);
      socket.off('error', onError);
      resolve(socket);
    });
  });
}

/** Why a connection is not to be used; null = its certificate is the one that a person trusts, or an authority vouches for it. To be asked before a byte is sent. */
export function certificateRefusal(host: string, socket: ReturnType<typeof connectTls>, trusted: string | null): Message | null {
  const { fingerprint256: fingerprint } = socket.getPeerCertificate();
  if (trusted !== null)
    return plainFingerprint(trusted).toLowerCase() === plainFingerprint(fingerprint).toLowerCase()
      ? null
      : message('message.socket.otherCertificate', { host, fingerprint });
  return socket.authorized ? null : message('message.socket.certificate', { host, fingerprint, why: String(socket.authorizationError) });
}

function failureOf(address: string, host: string, tls: boolean, error: NodeJS.ErrnoException): Message {
  const { code = '' } = error;
  if (code === 'ECONNREFUSED') return message('message.socket.refused', { host: address });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return message('message.http.noHost', { host });
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return message('message.socket.silent', { host: address });
  const why = messageOf(error);
  return tls ? message('message.socket.noTls', { host: address, why }) : message('message.http.failed', { host: address, why });
}

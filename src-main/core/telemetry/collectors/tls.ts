import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { ParamDeclaration } from '@shared/model/param';
import { message, MessageError } from '@shared/text/message';

/** A device's certificate that a person has looked at: many are signed by nobody that this machine trusts. */
export const fingerprintParam = {
  name: 'fingerprint',
  label: message('message.feed.fingerprint'),
  type: 'text',
  default: null,
  optional: true,
  help: message('message.feed.fingerprintHelp'),
} as const satisfies ParamDeclaration;

const plain = (fingerprint: string): string => fingerprint.replace(/[^0-9a-f]/gi, '').toUpperCase();
export const isFingerprint = (text: string): boolean => plain(text).length === 64;

/**
 * Holds a connection to the certificate that was consented to, or, where there is none, to what the system trusts. To be asked before
 * a byte is sent over it.
 * @throws {MessageError} with the fingerprint, to be compared with the device's own page and consented to
 */
export function checkCertificate(
  socket: Pick<TLSSocket, 'authorized' | 'authorizationError'> & { getPeerCertificate(): PeerCertificate },
  pinned: string | null,
  host: string,
): void {
  const { fingerprint256 } = socket.getPeerCertificate();
  if (pinned !== null && pinned !== '') {
    if (plain(fingerprint256 ?? '') === plain(pinned)) return;
    throw new MessageError(message('message.feed.otherCertificate', { host, fingerprint: fingerprint256 ?? '—' }));
  }
  if (socket.authorized) return;
  const why = String(socket.authorizationError ?? '');
  throw new MessageError(message('message.feed.untrusted', { host, why, fingerprint: fingerprint256 ?? '—' }));
}

import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';

/** A certificate that nobody else signed, as management controllers have theirs. */
export interface OwnCertificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256, as it is pinned. */
  readonly fingerprint: string;
}

/** Tags of DER (X.690) that a certificate of RFC 5280 needs. */
const TAG = { integer: 0x02, bits: 0x03, utf8: 0x0c, time: 0x18, sequence: 0x30, set: 0x31, version: 0xa0 } as const;
const ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const DAY_MS = 86_400_000;
const VALID_DAYS = 825;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const generalizedTime = (ms: number): Buffer =>
  der(TAG.time, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));

/** Made anew at each call: its key is in this process's memory only. */
export function ownCertificate(commonName: string, nowMs: number): OwnCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = der(TAG.sequence, ECDSA_SHA256);
  const name = der(TAG.sequence, der(TAG.set, der(TAG.sequence, COMMON_NAME, der(TAG.utf8, Buffer.from(commonName)))));
  // Positive and without a leading zero byte, as DER wants it.
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const signed = der(
    TAG.sequence,
    der(TAG.version, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, serial),
    algorithm,
    name,
    // RFC 5280 has GeneralizedTime from 2050 on only; every library reads it before as well, and a clock that is wrong gives any year.
    der(TAG.sequence, generalizedTime(nowMs - DAY_MS), generalizedTime(nowMs + VALID_DAYS * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', signed, privateKey)]);
  const certificate = new X509Certificate(der(TAG.sequence, signed, algorithm, der(TAG.bits, signature)));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: certificate.toString(),
    fingerprint: certificate.fingerprint256,
  };
}

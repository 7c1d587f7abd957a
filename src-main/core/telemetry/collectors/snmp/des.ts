import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import snmp from 'net-snmp';

/** Triple DES with three times the same key is DES, which OpenSSL 3 does no more by its own name. */
const CIPHER = 'des-ede3-cbc';
const KEY_BYTES = 8;
const BLOCK_BYTES = 8;

type Des = (typeof snmp.Encryption.algorithms)[snmp.PrivProtocols.des];

/** RFC 3414, section 8: the key is the first half of the localised one, the vector the second with the salt. */
function keyAndVector(password: string, auth: snmp.AuthProtocols, engineId: Buffer, salt: Buffer): { key: Buffer; vector: Buffer } {
  if (auth === snmp.AuthProtocols.none) throw new TypeError('there is no encryption without authentication');
  const localized = snmp.Authentication.passwordToKey(auth, password, engineId);
  const key = localized.subarray(0, KEY_BYTES);
  const vector = Buffer.from(salt);
  for (let i = 0; i < BLOCK_BYTES; i++) vector[i] = (vector[i] ?? 0) ^ (localized[KEY_BYTES + i] ?? 0);
  return { key: Buffer.concat([key, key, key]), vector };
}

/** The other side's name, by which a password becomes a key. */
function engineIdOf(engine: object): Buffer {
  if ('engineID' in engine && Buffer.isBuffer(engine.engineID)) return engine.engineID;
  throw new TypeError('an SNMP engine has no name');
}

/** Devices of twenty years know no other encryption: the library's own asks for a cipher that today's runtimes lack. */
export function teachDes(): void {
  const des: { -readonly [K in keyof Des]: Des[K] } = snmp.Encryption.algorithms[snmp.PrivProtocols.des];
  des.encryptPdu = (scopedPdu, _privacy, password, auth, engine) => {
    const salt = Buffer.concat([Buffer.from([0, 0, 0, 1]), randomBytes(4)]);
    const { key, vector } = keyAndVector(password, auth, engineIdOf(engine), salt);
    const padded = Buffer.concat([scopedPdu, Buffer.alloc((BLOCK_BYTES - (scopedPdu.length % BLOCK_BYTES)) % BLOCK_BYTES)]);
    const cipher = createCipheriv(CIPHER, key, vector).setAutoPadding(false);
    return { encryptedPdu: Buffer.concat([cipher.update(padded), cipher.final()]), msgPrivacyParameters: salt };
  };
  des.decryptPdu = (encrypted, _privacy, salt, password, auth, engine) => {
    const { key, vector } = keyAndVector(password, auth, engineIdOf(engine), salt);
    const decipher = createDecipheriv(CIPHER, key, vector).setAutoPadding(false);
    return Buffer.concat([decipher.update(encrypted), decipher.final()]);
  };
}

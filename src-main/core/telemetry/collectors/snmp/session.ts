import { isIPv6 } from 'node:net';
import snmp, { type Session, type Varbind } from 'net-snmp';
import { message, MessageError, type Message } from '@shared/text/message';
import { teachDes } from './des';

/** An answer that takes longer is asked for again, ms, so often. */
const ANSWER_MS = 1_500;
const RETRIES = 1;
/** OIDs in one request, and rows in one answer: more do not fit the packets of small devices. */
const ASKED_TOGETHER = 16;
const ROWS_TOGETHER = 20;
/** A table with more is none of a meter, or one that never ends. */
const ROWS_MAX = 2_000;

export const authKinds = ['none', 'md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
/** AES-256 has two ways of making a key of a password (Blumenthal's and Reeder's), and devices speak one of them. */
export const privacyKinds = ['none', 'des', 'aes', 'aes256b', 'aes256r'] as const;

export interface SnmpUser {
  readonly name: string;
  readonly auth: (typeof authKinds)[number];
  readonly authPassword: string;
  readonly privacy: (typeof privacyKinds)[number];
  readonly privacyPassword: string;
}

export interface SnmpTarget {
  readonly host: string;
  readonly port: number;
  /** A community is v2c, a user v3. */
  readonly as: { readonly community: string } | SnmpUser;
  readonly context?: string;
}

/** What an OID has, or why it has none. */
export interface SnmpValue {
  readonly oid: string;
  /** Null = none, and `why` says so. */
  readonly value: number | bigint | string | null;
  readonly raw: string;
  readonly why: Message | null;
}

teachDes();

/** One conversation with a device, over a socket of its own: it waits for no other. */
export class SnmpSession {
  private readonly session: Session;
  private readonly isV3: boolean;

  constructor(private readonly target: SnmpTarget) {
    const { host, port, as } = target;
    const options = {
      port,
      transport: isIPv6(host) ? ('udp6' as const) : ('udp4' as const),
      timeout: ANSWER_MS,
      retries: RETRIES,
      // A table whose rows go backwards would be walked for ever.
      backwardsGetNexts: false,
      ...(target.context === undefined || target.context === '' ? {} : { context: target.context }),
    };
    this.isV3 = 'name' in as;
    this.session =
      'name' in as
        ? snmp.createV3Session(host, userOf(as), { ...options, version: snmp.Version3 })
        : snmp.createSession(host, as.community, { ...options, version: snmp.Version2c });
    // Whoever asked hears of it by its own answer.
    this.session.on('error', (error) => this.session.cancelRequests(error));
  }

  /** Each OID by itself: one that the device lacks keeps no other from being read. @throws {MessageError} what became of the device */
  async get(oids: readonly string[], signal: AbortSignal): Promise<SnmpValue[]> {
    const values: SnmpValue[] = [];
    for (let at = 0; at < oids.length; at += ASKED_TOGETHER)
      values.push(...(await this.getTogether(oids.slice(at, at + ASKED_TOGETHER), signal)));
    return values;
  }

  /** All that lies below an OID, in order. @throws {MessageError} as {@link get} */
  async walk(base: string, signal: AbortSignal): Promise<SnmpValue[]> {
    const found: SnmpValue[] = [];
    let from = base;
    while (found.length < ROWS_MAX) {
      let rows: Varbind[];
      try {
        rows = await this.ask<Varbind[]>(signal, (done) =>
          this.session.getBulk([from], 0, ROWS_TOGETHER, (error, varbinds) => done(error, varbinds?.flat())),
        );
      } catch (error) {
        // What it told before it went in circles is right all the same.
        if (codeOf(error) === OUT_OF_ORDER) return found;
        throw this.failure(error);
      }
      const own = rows.findIndex(({ oid, type }) => !oid.startsWith(`${base}.`) || type === snmp.ObjectType.EndOfMibView);
      for (const row of own < 0 ? rows : rows.slice(0, own)) found.push(valueOf(row));
      const last = rows.at(-1);
      if (own >= 0 || last === undefined) return found;
      from = last.oid;
    }
    throw new MessageError(message('message.snmp.endless', { host: this.address, oid: base, most: ROWS_MAX }));
  }

  close(): void {
    try {
      this.session.close();
    } catch {
      // It was closed by what failed.
    }
  }

  private get address(): string {
    const { host, port } = this.target;
    return port === 161 ? host : `${host}:${port}`;
  }

  private async getTogether(oids: readonly string[], signal: AbortSignal): Promise<SnmpValue[]> {
    try {
      const found = await this.ask<Varbind[]>(signal, (done) => this.session.get([...oids], done));
      return oids.map((oid, i) => {
        const one = found[i];
        return one === undefined || one.oid !== oid ? missing(oid, message('message.snmp.otherOid', { oid })) : valueOf(one);
      });
    } catch (error) {
      const status = statusOf(error);
      if (status === null) throw this.failure(error);
      // The answer is too big, or one of them makes the device fail as a whole: they are asked for apart.
      const [only] = oids;
      if (oids.length === 1 && only !== undefined) return [missing(only, message('message.snmp.refused', { oid: only, why: status }))];
      const half = Math.ceil(oids.length / 2);
      return [...(await this.getTogether(oids.slice(0, half), signal)), ...(await this.getTogether(oids.slice(half), signal))];
    }
  }

  private ask<T>(signal: AbortSignal, send: (done: (error: Error | null, value?: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(new MessageError(message('message.snmp.silent', { host: this.address })));
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      send((error, value) => {
        signal.removeEventListener('abort', onAbort);
        if (error === null && value !== undefined) resolve(value);
        else reject(error ?? new Error('no answer'));
      });
    });
  }

  /** A wrong password is told by some devices, and met with silence by others. */
  private failure(error: unknown): Error {
    const host = this.address;
    if (error instanceof MessageError) return error;
    const { name, message: why } = error instanceof Error ? error : new Error(String(error));
    if (name === 'RequestTimedOutError')
      return new MessageError(message(this.isV3 ? 'message.snmp.silentUser' : 'message.snmp.silent', { host }));
    if (/unknown user/i.test(why)) return new MessageError(message('message.snmp.unknownUser', { host }));
    if (/wrong digest|authentication/i.test(why)) return new MessageError(message('message.snmp.wrongPassword', { host }));
    if (/security level/i.test(why)) return new MessageError(message('message.snmp.level', { host }));
    if (/decrypt/i.test(why)) return new MessageError(message('message.snmp.privacy', { host }));
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new MessageError(message('message.http.noHost', { host: this.target.host }));
    return new MessageError(message('message.http.failed', { host, why }));
  }
}

const OUT_OF_ORDER = 8;
const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined);

/** The device's own error of a request as a whole. */
function statusOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'RequestFailedError') return null;
  return error.message;
}

function userOf({ name, auth, authPassword, privacy, privacyPassword }: SnmpUser): snmp.User {
  const level =
    auth === 'none' ? snmp.SecurityLevel.noAuthNoPriv : privacy === 'none' ? snmp.SecurityLevel.authNoPriv : snmp.SecurityLevel.authPriv;
  return {
    name,
    level,
    ...(auth === 'none' ? {} : { authProtocol: snmp.AuthProtocols[auth], authKey: authPassword }),
    ...(auth === 'none' || privacy === 'none' ? {} : { privProtocol: snmp.PrivProtocols[privacy], privKey: privacyPassword }),
  };
}

const missing = (oid: string, why: Message): SnmpValue => ({ oid, value: null, raw: '', why });

function valueOf(varbind: Varbind): SnmpValue {
  const { oid, type, value } = varbind;
  if (snmp.isVarbindError(varbind)) return missing(oid, message('message.snmp.noObject', { oid }));
  if (type === snmp.ObjectType.Counter64 && Buffer.isBuffer(value)) {
    // Up to nine bytes: an unsigned number has a zero before its highest bit.
    const counted = value.length === 0 ? 0n : BigInt(`0x${value.toString('hex')}`);
    return { oid, value: counted, raw: String(counted), why: null };
  }
  if (Buffer.isBuffer(value)) {
    const float = floatOf(value);
    if (float !== null) return { oid, value: float, raw: String(float), why: null };
    const text = textOf(value);
    return { oid, value: text, raw: text, why: null };
  }
  if (typeof value === 'number' || typeof value === 'bigint') return { oid, value, raw: String(value), why: null };
  if (typeof value === 'string') return { oid, value, raw: value, why: null };
  return missing(oid, message('message.snmp.noObject', { oid }));
}

/** A floating-point number in an Opaque, as NET-SNMP-TC has it: 9F 78 04 and four bytes, 9F 79 08 and eight. */
function floatOf(bytes: Buffer): number | null {
  if (bytes.length === 7 && bytes.readUIntBE(0, 3) === 0x9f7804) return bytes.readFloatBE(3);
  return bytes.length === 11 && bytes.readUIntBE(0, 3) === 0x9f7908 ? bytes.readDoubleBE(3) : null;
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\0+$/, '');
  } catch {
    return bytes.toString('latin1').replace(/\0+$/, '');
  }
}

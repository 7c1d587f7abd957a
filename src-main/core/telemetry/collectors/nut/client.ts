import { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { message, MessageError, type Message } from '@shared/text/message';
import { certificateRefusal } from '../meters/trusted-socket';

const CONNECT_MS = 4_000;
const ANSWER_MS = 4_000;
/** A line, or a list, that is longer is no UPS's. */
const LINE_MAX = 4_096;
const LIST_MAX = 5_000;

export interface NutTarget {
  readonly host: string;
  readonly port: number;
  readonly isEncrypted: boolean;
  readonly fingerprint: string | null;
  readonly user: string | null;
  readonly password: string | null;
}

/** What the server says in one word (docs/net-protocol.txt); the connection stays good. */
export class NutRefusal extends MessageError {
  constructor(
    readonly code: string,
    what: Message,
  ) {
    super(what);
  }
}

/** One conversation with a server of Network UPS Tools: a question, then its lines, one after another. */
export class NutClient {
  private received = '';
  private readonly lines: string[] = [];
  private waiting: ((line: string | Error) => void) | null = null;
  private ended: Error | null = null;

  private constructor(
    private socket: Socket,
    private readonly address: string,
  ) {
    this.listen();
  }

  /** Connected, encrypted and signed in as asked. @throws {MessageError} */
  static async open(target: NutTarget, signal: AbortSignal): Promise<NutClient> {
    const { host, port, user, password } = target;
    const client = new NutClient(await connected(target, signal), `${host}:${port}`);
    try {
      if (target.isEncrypted) await client.encrypt(target, signal);
      if (user !== null && user !== '') {
        await client.say(`USERNAME ${quoted(user)}`, 'USERNAME', signal);
        await client.say(`PASSWORD ${quoted(password ?? '')}`, 'PASSWORD', signal);
      }
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** Names of the UPSes that it has, with their descriptions. */
  async list(signal: AbortSignal): Promise<string[]> {
    return (await this.block('UPS', signal)).map(([, name = '']) => name);
  }

  /** All variables of one. @throws {NutRefusal} `DATA-STALE`, `DRIVER-NOT-CONNECTED`, `UNKNOWN-UPS`, `ACCESS-DENIED` … */
  async variables(ups: string, signal: AbortSignal): Promise<Map<string, string>> {
    return new Map((await this.block(`VAR ${ups}`, signal)).map(([, , name = '', value = '']) => [name, value]));
  }

  close(): void {
    this.socket.destroy();
  }

  private async block(what: string, signal: AbortSignal): Promise<string[][]> {
    const first = await this.ask(`LIST ${what}`, signal);
    if (first !== `BEGIN LIST ${what}`) throw this.unlike(first);
    const rows: string[][] = [];
    for (;;) {
      const line = await this.next(signal);
      if (line === `END LIST ${what}`) return rows;
      if (line.startsWith('ERR ')) throw refusal(line, this.address);
      rows.push(wordsOf(line));
      if (rows.length > LIST_MAX) throw this.unlike(line);
    }
  }

  private async say(line: string, what: string, signal: AbortSignal): Promise<void> {
    const answer = await this.ask(line, signal);
    if (!answer.startsWith('OK')) throw new NutRefusal(what, message('message.nut.odd', { host: this.address, answer }));
  }

  private async ask(line: string, signal: AbortSignal): Promise<string> {
    if (this.ended) throw this.ended;
    this.socket.write(`${line}\n`);
    const answer = await this.next(signal);
    if (answer.startsWith('ERR ')) throw refusal(answer, this.address);
    return answer;
  }

  private next(signal: AbortSignal): Promise<string> {
    const line = this.lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      // What comes after that belongs to no question any more.
      const giveUp = (): void => this.end(new MessageError(message('message.nut.silent', { host: this.address })));
      const timer = setTimeout(giveUp, ANSWER_MS);
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting = (heard) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.waiting = null;
        if (typeof heard === 'string') resolve(heard);
        else reject(heard);
      };
      if (signal.aborted) giveUp();
    });
  }

  private async encrypt({ host, fingerprint }: NutTarget, signal: AbortSignal): Promise<void> {
    await this.say('STARTTLS', 'STARTTLS', signal);
    const plain = this.socket;
    plain.removeAllListeners('data');
    plain.removeAllListeners('close');
    // Held to what the person consented to below, before anything is sent.
    const secure = connectTls({ socket: plain, rejectUnauthorized: false, ...(/^[\d.:]+$/.test(host) ? {} : { servername: host }) });
    const failed = new Promise<never>((_, reject) => {
      secure.once('error', ({ message: why }) => reject(new MessageError(message('message.http.failed', { host: this.address, why }))));
      signal.addEventListener('abort', () => reject(new MessageError(message('message.nut.silent', { host: this.address }))), {
        once: true,
      });
    });
    await Promise.race([new Promise<void>((done) => secure.once('secureConnect', done)), failed]);
    const refusal = certificateRefusal(this.address, secure, fingerprint);
    if (refusal !== null) throw new MessageError(refusal);
    this.socket = secure;
    this.listen();
  }

  private listen(): void {
    this.socket.setEncoding('utf8');
    this.socket.on('data', (part: string) => this.take(part));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => this.end(new MessageError(message('message.nut.lost', { host: this.address }))));
  }

  private take(part: string): void {
    this.received += part;
    for (let at = this.received.indexOf('\n'); at >= 0; at = this.received.indexOf('\n')) {
      const line = this.received.slice(0, at).replace(/\r$/, '');
      this.received = this.received.slice(at + 1);
      if (this.waiting) this.waiting(line);
      else if (this.lines.push(line) > LIST_MAX) this.end(this.unlike(line));
    }
    if (this.received.length > LINE_MAX) this.end(this.unlike(this.received));
  }

  private end(error: Error): void {
    this.ended ??= error;
    this.waiting?.(error);
    this.socket.destroy();
  }

  private unlike(answer: string): MessageError {
    return new MessageError(message('message.nut.odd', { host: this.address, answer: answer.slice(0, 60) }));
  }
}

function connected({ host, port }: NutTarget, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const address = `${host}:${port}`;
    const socket = new Socket();
    const settled = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onSilence);
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
    };
    const fail = (what: Message): void => {
      settled();
      socket.destroy();
      reject(new MessageError(what));
    };
    const onSilence = (): void => fail(message('message.nut.silent', { host: address }));
    const timer = setTimeout(onSilence, CONNECT_MS);
    signal.addEventListener('abort', onSilence, { once: true });
    socket.on('error', ({ code, message: why }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') fail(message('message.nut.refused', { host: address }));
      else if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') fail(message('message.http.noHost', { host }));
      else fail(message('message.http.failed', { host: address, why }));
    });
    socket.connect({ host, port, noDelay: true, keepAlive: true }, () => {
      settled();
      resolve(socket);
    });
  });
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** `VAR rack ups.mfr "The \"best\""`: words, the last of which may stand in quotes. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, inQuotes, bare]) => bare ?? (inQuotes ?? '').replace(/\\(.)/g, '$1'));
}

function refusal(line: string, host: string): NutRefusal {
  const [, code = ''] = line.split(' ');
  switch (code) {
    case 'DATA-STALE':
      return new NutRefusal(code, message('message.nut.stale', { host }));
    case 'DRIVER-NOT-CONNECTED':
      return new NutRefusal(code, message('message.nut.driver', { host }));
    case 'UNKNOWN-UPS':
      return new NutRefusal(code, message('message.nut.unknown', { host }));
    case 'ACCESS-DENIED':
    case 'INVALID-USERNAME':
    case 'INVALID-PASSWORD':
    case 'USERNAME-REQUIRED':
    case 'PASSWORD-REQUIRED':
      return new NutRefusal(code, message('message.nut.denied', { host }));
    case 'FEATURE-NOT-SUPPORTED':
    case 'FEATURE-NOT-CONFIGURED':
      return new NutRefusal(code, message('message.nut.noTls', { host }));
    default:
      return new NutRefusal(code, message('message.nut.odd', { host, answer: line }));
  }
}

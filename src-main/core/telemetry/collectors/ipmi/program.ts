import { tmpdir } from 'node:os';
import { containsMessage, message, MessageError, messageOf, type Message } from '@shared/text/message';
import { ask, type Answer } from '../../../../children/ask';
import { childEnvironment } from '../../../../children/environment';
import { findProgram } from '../../../../children/find-program';

/** A controller that is slow to list its sensors is given this long; the scheduler has the last word. */
const LIMIT_MS = 60_000;
const OUTPUT_MAX = 1_000_000;

export interface IpmiTarget {
  /** Null = the controller of this machine. */
  readonly network: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly privilege: string;
    readonly cipher: number | null;
    readonly withPassword: <T>(work: (password: string) => Promise<T>) => Promise<T>;
  } | null;
}

/** IPMI 2.0, table 22-20: 17 (SHA-256) is what controllers take since 2015, 3 (SHA-1) what every one before does. */
const USUAL_SUITES = [17, 3];

/** `ipmitool`, started anew for each question: it opens a session and ends it, so that none is left when it is killed. */
export class Ipmitool {
  readonly host: string;
  /** The cipher suite that the controller took, where none is set. */
  private suite: number | null = null;

  constructor(private readonly target: IpmiTarget) {
    this.host = target.network?.host ?? '/dev/ipmi0';
  }

  /** @throws {MessageError} when it is not installed or reaches no controller; what the controller refuses is in the answer */
  async run(args: readonly string[], signal: AbortSignal): Promise<string> {
    const { network } = this.target;
    if (network === null) return this.start(['-I', 'open', ...args], {}, signal);
    const { cipher } = network;
    if (cipher !== null || this.suite !== null) return this.askBy(network, cipher ?? this.suite, args, signal);
    // Left to itself it asks which suites there are each time, and waits for seconds where a controller does not say.
    for (const suite of USUAL_SUITES) {
      try {
        const answer = await this.askBy(network, suite, args, signal);
        this.suite = suite;
        return answer;
      } catch (error) {
        if (!containsMessage(messageOf(error), 'message.ipmi.cipherRefused')) throw error;
      }
    }
    return this.askBy(network, null, args, signal);
  }

  private askBy(
    { host, port, user, privilege, withPassword }: NonNullable<IpmiTarget['network']>,
    cipher: number | null,
    args: readonly string[],
    signal: AbortSignal,
  ): Promise<string> {
    const way = ['-I', 'lanplus', '-H', host, '-p', String(port), '-U', user, '-L', privilege, '-N', '2', '-R', '2'];
    const suite = cipher === null ? [] : ['-C', String(cipher)];
    // Everyone on the machine sees a program's arguments; its environment is its owner's alone.
    return withPassword((password) => this.start([...way, ...suite, '-E', ...args], { IPMI_PASSWORD: password }, signal));
  }

  private async start(args: readonly string[], added: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string> {
    const env = { ...childEnvironment(), LC_ALL: 'C', ...added };
    const command = this.program(env);
    const { value, why } = await ask({ command, args, cwd: tmpdir(), env, ms: LIMIT_MS, maxBytes: OUTPUT_MAX, signal });
    if (value !== null) {
      const failure = this.failureOf(value);
      if (failure !== null) throw new MessageError(failure);
      return `${value.text}\n${value.stderr}`;
    }
    if (typeof why === 'string' && why.includes('ENOENT')) throw new MessageError(message('message.ipmi.missing'));
    throw new MessageError(message('message.ipmi.late', { host: this.host }));
  }

  private program(env: Readonly<Record<string, string>>): string {
    try {
      return findProgram('ipmitool', tmpdir(), env);
    } catch {
      throw new MessageError(message('message.ipmi.missing'));
    }
  }

  /** Why it reached no controller, by its own words; its exit code says less, as one for a single sensor that failed. */
  private failureOf({ code, text, stderr }: Answer): Message | null {
    const { host } = this;
    const said = `${text}\n${stderr}`;
    if (/could not open device at/i.test(said)) return message('message.ipmi.device');
    if (/address lookup for .* failed/i.test(said)) return message('message.http.noHost', { host });
    if (/unable to establish|error: unable to/i.test(said)) {
      if (/insufficient resources/i.test(said)) return message('message.ipmi.sessions', { host });
      if (/role|privilege/i.test(said)) return message('message.ipmi.role', { host });
      if (/RAKP|unauthorized/i.test(said)) return message('message.ipmi.denied', { host });
      if (/open session response message|cipher suite match/i.test(said)) return message('message.ipmi.cipherRefused', { host });
      return message('message.ipmi.silent', { host });
    }
    if (code === 0 || /DCMI request failed because|^.*\|.*\|.*\|.*\|/m.test(said)) return null;
    const words = stderr.split('\n').findLast((line) => line.trim() !== '') ?? text.trim().split('\n').at(-1) ?? '';
    return message('message.ipmi.failed', { host, words: words.trim().slice(0, 200) || '—' });
  }
}

import { constants } from 'node:crypto';
import { Agent, request, type AgentOptions } from 'node:https';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { message, MessageError } from '@shared/text/message';
import { certificateRefusal } from '../meters/trusted-socket';

/** Management controllers are slow: some think for many seconds about one answer. */
const ANSWER_MS = 20_000;
const BYTES_MAX = 4 * 1024 * 1024;
const REDIRECTS_MAX = 3;
const SESSIONS = '/redfish/v1/SessionService/Sessions';

export interface RedfishTarget {
  readonly host: string;
  readonly port: number;
  readonly fingerprint: string | null;
  readonly user: string;
  /** Opens the password for as long as the sign-in takes. */
  readonly withPassword: <T>(work: (password: string) => Promise<T>) => Promise<T>;
}

/** An answer with another status than one that has what was asked for. */
export class RedfishStatus extends MessageError {
  constructor(
    readonly status: number,
    host: string,
    path: string,
  ) {
    super(message('message.redfish.status', { host, status, path }));
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One session of one controller: they have few, so it is kept, used for every question and given back. */
export class RedfishClient {
  private readonly agent: Agent;
  private session: { readonly token: string; readonly path: string | null } | null = null;

  constructor(private readonly target: RedfishTarget) {
    const { host, fingerprint } = target;
    const isPinned = fingerprint !== null && fingerprint !== '';
    this.agent = new PinnedAgent(
      {
        keepAlive: true,
        maxSockets: 1,
        // Old controllers know old protocols alone. One that was agreed to by its certificate may be spoken to by those.
        ...(isPinned ? { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0', secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT } : {}),
      },
      fingerprint,
      `${host}:${target.port}`,
    );
  }

  /** What a resource says. @throws {RedfishStatus} where there is none; {MessageError} */
  async get(path: string, signal: AbortSignal): Promise<unknown> {
    const wasSignedIn = this.session !== null;
    if (!wasSignedIn) await this.signIn(signal);
    let answer = await this.patient(path, signal);
    if (answer.status === 401 && wasSignedIn) {
      // Sessions end early, by a restart of the controller for one.
      this.session = null;
      await this.signIn(signal);
      answer = await this.patient(path, signal);
    }
    if (answer.status === 401 || answer.status === 403) throw this.refused(answer.status);
    if (answer.status < 200 || answer.status > 299) throw new RedfishStatus(answer.status, this.address, path);
    return this.parsed(answer.text);
  }

  /** Gives the session back. Never rejects. */
  async close(): Promise<void> {
    const { session } = this;
    this.session = null;
    const path = session?.path ?? null;
    if (session && path !== null)
      await this.send('DELETE', path, { 'x-auth-token': session.token }, null, AbortSignal.timeout(3_000)).catch(() => undefined);
    this.agent.destroy();
  }

  private get address(): string {
    return `${this.target.host}:${this.target.port}`;
  }

  private async signIn(signal: AbortSignal): Promise<void> {
    const { user, withPassword } = this.target;
    const answer = await withPassword((password) =>
      this.send('POST', SESSIONS, { 'content-type': 'application/json' }, JSON.stringify({ UserName: user, Password: password }), signal),
    );
    const token = answer.headers['x-auth-token'];
    if (answer.status === 401 || answer.status === 403) throw this.refused(answer.status);
    if (/SessionLimitExceeded/.test(answer.text) || answer.status === 503)
      throw new MessageError(message('message.redfish.sessions', { host: this.address }));
    if (answer.status < 200 || answer.status > 299 || typeof token !== 'string')
      throw new RedfishStatus(answer.status, this.address, SESSIONS);
    const location = answer.headers['location'];
    this.session = { token, path: typeof location === 'string' ? this.localPath(location) : null };
  }

  /** Controllers end connections that were idle just as the next question comes: what only reads is asked once more. */
  private async patient(path: string, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.follow(path, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof ConnectionLost)) throw error;
      return this.follow(path, signal);
    }
  }

  private async follow(path: string, signal: AbortSignal): Promise<Answer> {
    let at = path;
    for (let i = 0; ; i++) {
      const answer = await this.send('GET', at, { 'x-auth-token': this.session?.token ?? '' }, null, signal);
      const next = answer.headers['location'];
      if (answer.status < 300 || answer.status > 399 || typeof next !== 'string' || i >= REDIRECTS_MAX) return answer;
      // Only ever on the same machine: the session is nobody else's.
      at = this.localPath(next);
    }
  }

  private localPath(location: string): string {
    const { pathname, search } = new URL(location, 'https://localhost');
    return `${pathname}${search}`;
  }

  private send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | null,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { host, port } = this.target;
    return new Promise((resolve, reject) => {
      const asked = request({
        host,
        port,
        path,
        method,
        agent: this.agent,
        signal,
        timeout: ANSWER_MS,
        headers: { accept: 'application/json', ...headers, ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }) },
      });
      const fail = (error: Error): void => reject(signal.aborted ? this.silent() : this.failure(error));
      asked.on('timeout', () => asked.destroy(this.silent()));
      asked.on('error', fail);
      asked.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
          if (text.length > BYTES_MAX)
            asked.destroy(new MessageError(message('message.http.tooLong', { host: this.address, megabytes: 4 })));
        });
        // A refusal may come with a body that is broken off: its status is enough.
        const done = (): void => resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        response.on('error', (error) => (response.statusCode === 401 ? done() : fail(error)));
        response.on('end', done);
      });
      asked.end(body ?? undefined);
    });
  }

  private parsed(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new MessageError(message('message.redfish.garbage', { host: this.address }));
    }
  }

  private refused(status: number): MessageError {
    return new MessageError(message('message.http.signIn', { host: this.address, status }));
  }

  private silent(): MessageError {
    return new MessageError(message('message.redfish.silent', { host: this.address }));
  }

  private failure(error: Error): Error {
    if (error instanceof MessageError) return error;
    const { code = '', message: why } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED') return new MessageError(message('message.redfish.refused', { host: this.address }));
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new MessageError(message('message.http.noHost', { host: this.target.host }));
    const failed = message('message.http.failed', { host: this.address, why });
    return code === 'ECONNRESET' || code === 'EPIPE' ? new ConnectionLost(failed) : new MessageError(failed);
  }
}

class ConnectionLost extends MessageError {}

/** Hands out a connection only once its certificate is the one that was consented to. */
class PinnedAgent extends Agent {
  constructor(
    options: AgentOptions,
    private readonly fingerprint: string | null,
    private readonly address: string,
  ) {
    super(options);
  }

  override createConnection(options: ConnectionOptions, callback?: (error: Error | null, stream: ReturnType<typeof connectTls>) => void) {
    const socket = connectTls({ ...options, rejectUnauthorized: false });
    const fail = (error: Error): void => callback?.(error, socket);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.off('error', fail);
      const refusal = certificateRefusal(this.address, socket, this.fingerprint);
      if (refusal === null) return callback?.(null, socket);
      socket.destroy();
      fail(new MessageError(refusal));
    });
    // Through the callback alone: nothing is written before the certificate was looked at.
    return undefined;
  }
}

import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { selfSigned } from '../helpers/certificate';

const SESSIONS = '/redfish/v1/SessionService/Sessions';

/** A management controller over TLS as the Redfish schema has it: few sessions, its own certificate, and the moods of real ones. */
export class RedfishService {
  readonly resources = new Map<string, unknown>();
  readonly sessions = new Set<string>();
  readonly requests: string[] = [];
  sessionsMost = 2;
  signIns = 0;
  /** Takes the next request over; true = it was dealt with. */
  mood: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;
  readonly fingerprint: string;
  port = 0;
  private readonly server: Server;
  private readonly open = new Set<Socket>();

  private constructor() {
    const { key, cert, fingerprint } = selfSigned();
    this.fingerprint = fingerprint;
    this.server = createServer({ key, cert }, (request, response) => this.answer(request, response));
    this.server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.open.delete(socket));
    });
    this.server.on('tlsClientError', () => undefined);
  }

  static async listen(): Promise<RedfishService> {
    const service = new RedfishService();
    await service.start();
    return service;
  }

  /** At the port that it had before, after it was closed. */
  async start(): Promise<void> {
    if (this.server.listening) return;
    await new Promise<void>((done) => this.server.listen(this.port, '127.0.0.1', done));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Serves a chassis with these resources beside it, by the end of their addresses. */
  chassis(id: string, properties: object, parts: Readonly<Record<string, object>> = {}): void {
    const path = `/redfish/v1/Chassis/${id}`;
    const links = Object.fromEntries(
      Object.keys(parts)
        .filter((part) => !part.includes('/'))
        .map((part) => [part, { '@odata.id': `${path}/${part}` }]),
    );
    this.resources.set(path, { '@odata.id': path, Id: id, ...links, ...properties });
    for (const [part, resource] of Object.entries(parts)) this.resources.set(`${path}/${part}`, resource);
    const members = [...this.resources.keys()].filter((one) => /^\/redfish\/v1\/Chassis\/[^/]+$/.test(one));
    this.resources.set('/redfish/v1/', { Chassis: { '@odata.id': '/redfish/v1/Chassis' } });
    this.resources.set('/redfish/v1/Chassis', { Members: members.map((one) => ({ '@odata.id': one })) });
  }

  close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    return new Promise((done) => this.server.close(() => done()));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.requests.push(`${request.method} ${path}`);
    const { mood } = this;
    if (mood !== null) {
      this.mood = null;
      if (mood(request, response)) return;
    }
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const say = (status: number, what: unknown, headers: Record<string, string> = {}): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(JSON.stringify(what));
      };
      if (request.method === 'POST' && path === SESSIONS) {
        const { UserName, Password } = JSON.parse(body) as { UserName: string; Password: string };
        if (UserName !== 'reader' || Password !== 'opensesame') return say(401, {});
        if (this.sessions.size >= this.sessionsMost) return say(400, { error: { code: 'Base.1.8.SessionLimitExceeded' } });
        const token = `token${(this.signIns += 1)}`;
        this.sessions.add(token);
        return say(201, {}, { 'x-auth-token': token, location: `${SESSIONS}/${token}` });
      }
      const token = String(request.headers['x-auth-token'] ?? '');
      if (!this.sessions.has(token)) return say(401, {});
      if (request.method === 'DELETE') {
        this.sessions.delete(path.split('/').at(-1) ?? '');
        return say(204, {});
      }
      const found = this.resources.get(path);
      return found === undefined ? say(404, { error: {} }) : say(200, found);
    });
  }
}

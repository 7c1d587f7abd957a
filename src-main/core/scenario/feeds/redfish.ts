import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { ownCertificate } from './certificate';
import { LOOPBACK, LoopbackServer, type OpenPeer } from './peer';
import type { MeteredRoom } from './room';

const ROOT = '/redfish/v1';
const SESSIONS = `${ROOT}/SessionService/Sessions`;
const SESSIONS_MAX = 4;
const BODY_MAX = 4_096;
/** There is nothing to protect: who reads it learns what no machine measured. */
const ACCESS = { user: 'scenario', password: 'not-a-secret' } as const;
/** What the feed calls the password: a document never holds one. */
const PASSWORD_ID = 'scenario-bmc';

type Json = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

const link = (path: string): Json => ({ '@odata.id': path });
const failure = (status: number, code: string): Answer => ({ status, body: { error: { code: `Base.1.8.${code}`, message: code } } });
const tenth = (value: number | undefined): number | null => (value === undefined ? null : Math.round(value * 10) / 10);

/** The resources of the machines in the first rack, as one enclosure's controller has them (DSP0266, DSP0268). */
function resource(room: MeteredRoom, path: string): Json | null {
  const { simulation } = room;
  const [rack] = room.racks;
  if (path === ROOT) return { ...link(`${ROOT}/`), Id: 'RootService', RedfishVersion: '1.15.0', Chassis: link(`${ROOT}/Chassis`) };
  const machines = (rack?.nodes ?? []).map((n) => ({ n, name: simulation.nodes[n]?.name ?? '' }));
  if (path === `${ROOT}/Chassis`) {
    const members = machines.map(({ name }) => link(`${ROOT}/Chassis/${name}`));
    return { ...link(path), Name: 'Chassis Collection', 'Members@odata.count': members.length, Members: members };
  }
  const [, asked = '', part = ''] = /^\/redfish\/v1\/Chassis\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
  const machine = machines.find(({ name }) => name === asked);
  if (machine === undefined) return null;
  const { n, name } = machine;
  const at = `${ROOT}/Chassis/${name}`;
  switch (part) {
    case '':
      return {
        ...link(at),
        Id: name,
        Name: name,
        ChassisType: 'RackMount',
        PowerState: 'On',
        EnvironmentMetrics: link(`${at}/EnvironmentMetrics`),
        Thermal: link(`${at}/Thermal`),
      };
    case 'EnvironmentMetrics':
      return {
        ...link(path),
        Id: part,
        PowerWatts: { Reading: tenth(simulation.nodePowerW[n]) },
        EnergyJoules: { Reading: Math.round(simulation.nodeEnergyJ[n] ?? 0) },
      };
    case 'Thermal': {
      const { fans, fanMaxRpm } = room.source.scenario.node;
      const celsius = (Name: string, value: number | undefined): Json => ({
        Name,
        ReadingCelsius: tenth(value),
        Status: { State: 'Enabled' },
      });
      return {
        ...link(path),
        Id: part,
        Temperatures: [celsius('Inlet', simulation.inletTempC[n]), celsius('Outlet', simulation.outletTempC[n])],
        Fans: Array.from({ length: fans }, (_, i) => ({
          Name: `Fan ${i + 1}`,
          Reading: Math.round((simulation.fanSpeed[n * fans + i] ?? 0) * fanMaxRpm),
          ReadingUnits: 'RPM',
          Status: { State: 'Enabled' },
        })),
      };
    }
    default:
      return null;
  }
}

/** Few sessions, as controllers have them: one that is not given back is taken from another. */
class Controller {
  private readonly sessions = new Set<string>();

  constructor(private readonly room: MeteredRoom) {}

  answer(method: string, path: string, token: string, body: string): Answer {
    if (method === 'POST' && path === SESSIONS) return this.signIn(body);
    if (path === ROOT && method === 'GET') return { status: 200, body: resource(this.room, path) ?? {} };
    if (!this.sessions.has(token)) return failure(401, 'NoValidSession');
    if (method === 'DELETE' && path.startsWith(`${SESSIONS}/`))
      return this.sessions.delete(path.slice(SESSIONS.length + 1)) ? { status: 204 } : failure(404, 'ResourceMissingAtURI');
    if (method !== 'GET') return failure(405, 'OperationNotAllowed');
    const found = resource(this.room, path);
    return found === null ? failure(404, 'ResourceMissingAtURI') : { status: 200, body: found };
  }

  private signIn(body: string): Answer {
    let typed: unknown;
    try {
      typed = JSON.parse(body);
    } catch {
      return failure(400, 'MalformedJSON');
    }
    const { UserName, Password } = Object(typed) as { UserName?: unknown; Password?: unknown };
    if (UserName !== ACCESS.user || Password !== ACCESS.password) return failure(401, 'ResourceAtUriUnauthorized');
    const [oldest] = this.sessions;
    if (this.sessions.size >= SESSIONS_MAX && oldest !== undefined) this.sessions.delete(oldest);
    const token = randomBytes(16).toString('hex');
    this.sessions.add(token);
    return { status: 201, body: link(`${SESSIONS}/${token}`), headers: { 'x-auth-token': token, location: `${SESSIONS}/${token}` } };
  }
}

function serve(controller: Controller, request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => {
    body += part;
    if (body.length > BODY_MAX) request.destroy();
  });
  request.on('end', () => {
    const path = (request.url ?? '').replace(/\?.*$/, '').replace(/\/$/, '');
    const answer = controller.answer(request.method ?? '', path, String(request.headers['x-auth-token'] ?? ''), body);
    response.writeHead(answer.status, { 'content-type': 'application/json', 'odata-version': '4.0', ...answer.headers });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  });
}

/** The management controller of the first rack's machines, over TLS with a certificate that has to be pinned. */
export const openRedfish: OpenPeer = async (room, port) => {
  const { key, cert, fingerprint } = ownCertificate('Coldaisle simulated controller', Date.now());
  const controller = new Controller(room);
  const https = createServer({ key, cert }, (request, response) => serve(controller, request, response));
  https.on('tlsClientError', () => undefined);
  const server = await LoopbackServer.listen(https, port);
  const [rack] = room.racks;
  return {
    feeds: [
      {
        kind: 'redfish',
        name: `Machines of ${rack?.name ?? room.title}`,
        settings: { host: LOOPBACK, port: server.port, user: ACCESS.user, password: PASSWORD_ID, fingerprint },
      },
    ],
    passwords: { [PASSWORD_ID]: ACCESS.password },
    close: () => server.close(),
  };
};

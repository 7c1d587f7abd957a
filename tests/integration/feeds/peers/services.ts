import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { httpJsonKind } from '../../../../src-main/core/telemetry/collectors/http-json/kind';
import { prometheusQueryKind } from '../../../../src-main/core/telemetry/collectors/prometheus-query/kind';
import { redfishKind } from '../../../../src-main/core/telemetry/collectors/redfish/kind';
import { RedfishService } from '../../../fakes/redfish-service';
import { freeTcpPort } from '../../../helpers/ports';
import { killed, NOTHING_NEEDED, peerFolder, type Peer, type PeerMaker, type Shown } from './peer';

const listening = (server: Server, port: number): Promise<void> => new Promise((done) => void server.listen(port, '127.0.0.1', done));
const closed = (server: Server): Promise<void> => {
  server.closeAllConnections();
  return new Promise((done) => void server.close(() => done()));
};

/** A meter's own page. */
const httpJson: PeerMaker = {
  name: 'HTTP JSON',
  needs: NOTHING_NEEDED,
  hasSign: true,
  async make(): Promise<Peer> {
    const port = await freeTcpPort();
    let shown: Shown | null = null;
    let server: Server | null = null;
    return {
      kind: httpJsonKind,
      settings: { url: `http://127.0.0.1:${port}/meter`, points: ['power watts', 'voltage volts', 'current amps'] },
      power: 'meter.power',
      show: (next) => {
        shown = next;
        return Promise.resolve();
      },
      start: () => {
        server = createServer((_request, response) => response.end(JSON.stringify(shown)));
        return listening(server, port);
      },
      stop: async () => {
        if (server?.listening === true) await closed(server);
      },
      close: async () => {
        if (server?.listening === true) await closed(server);
      },
    };
  },
};

/** A management controller over TLS, which tells its power alone. */
const redfish: PeerMaker = {
  name: 'Redfish, over TLS',
  needs: { isThere: spawnSync('openssl', ['version']).status === 0, program: 'openssl', packages: 'openssl' },
  hasSign: true,
  async make(): Promise<Peer> {
    const service = await RedfishService.listen();
    return {
      kind: redfishKind,
      settings: {
        host: '127.0.0.1',
        port: service.port,
        user: 'reader',
        password: 'secret/opensesame',
        fingerprint: service.fingerprint,
      },
      power: 'meter.power',
      show: ({ watts }) => Promise.resolve(service.chassis('1', {}, { EnvironmentMetrics: { PowerWatts: { Reading: watts } } })),
      start: () => service.start(),
      stop: async () => {
        await service.close();
        // A controller without power forgets who was signed in.
        service.sessions.clear();
      },
      close: () => service.close(),
    };
  },
};

/** Prometheus, which scrapes an exporter every second. */
const prometheus: PeerMaker = {
  name: 'Prometheus',
  needs: { isThere: existsSync('/usr/bin/prometheus'), program: 'prometheus', packages: 'prometheus' },
  hasSign: true,
  async make(): Promise<Peer> {
    const folder = peerFolder();
    const port = await freeTcpPort();
    const exporterPort = await freeTcpPort();
    let page = '';
    let program: ChildProcess | null = null;
    const exporter = createServer((_request, response) => response.end(page));
    await listening(exporter, exporterPort);
    const targets = `[{ targets: ['127.0.0.1:${exporterPort}'] }]`;
    writeFileSync(
      folder.file('prometheus.yml'),
      `global: { scrape_interval: 1s }\nscrape_configs:\n- { job_name: own, static_configs: ${targets} }\n`,
    );
    const stop = (): Promise<void> => killed(program);
    return {
      kind: prometheusQueryKind,
      settings: { url: `http://127.0.0.1:${port}/`, points: ['power meter_watts', 'voltage meter_volts', 'current meter_amps'] },
      power: 'meter.power',
      show: ({ watts, volts, amps }) => {
        page = `meter_watts ${watts}\nmeter_volts ${volts}\nmeter_amps ${amps}\n`;
        return Promise.resolve();
      },
      start: () => {
        const args = [`--config.file=${folder.file('prometheus.yml')}`, `--storage.tsdb.path=${folder.file('data')}`];
        program = spawn('/usr/bin/prometheus', [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
        return Promise.resolve();
      },
      stop,
      close: async () => {
        await stop();
        await closed(exporter);
        folder.remove();
      },
    };
  },
};

/** Those that the tests serve themselves, and what reads of one. */
export const servicePeers: readonly PeerMaker[] = [httpJson, redfish, prometheus];

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { vi } from 'vitest';
import { ipmiKind } from '../../../../src-main/core/telemetry/collectors/ipmi/kind';
import { mqttKind } from '../../../../src-main/core/telemetry/collectors/mqtt/kind';
import { nutKind } from '../../../../src-main/core/telemetry/collectors/nut/kind';
import { snmpKind } from '../../../../src-main/core/telemetry/collectors/snmp/kind';
import { SimulatedController } from '../../../fakes/ipmi/simulator';
import { compiler } from '../../../fakes/nvml/build';
import { freeTcpPort, freeUdpPort } from '../../../helpers/ports';
import { killed, peerFolder, type Peer, type PeerMaker, type Shown } from './peer';

const found = (...paths: string[]): string | undefined => paths.find((path) => existsSync(path));

/** net-snmp's snmpd, whose values a pass script serves. */
const snmp: PeerMaker = {
  name: 'SNMP, by snmpd',
  needs: {
    isThere: spawnSync('snmpd', ['-v']).status === 0 || spawnSync('/usr/sbin/snmpd', ['-v']).status === 0,
    program: 'snmpd',
    packages: 'snmpd',
  },
  hasSign: true,
  async make(): Promise<Peer> {
    const folder = peerFolder();
    const port = await freeUdpPort();
    const oid = '1.3.6.1.4.1.99999.2';
    let daemon: ChildProcess | null = null;
    mkdirSync(folder.file('state'));
    const script = join(import.meta.dirname, '..', 'programs', 'snmp_pass.py');
    writeFileSync(
      folder.file('snmpd.conf'),
      `rocommunity plain-words\npass_persist .1.3.6.1.4.1 /usr/bin/python3 ${script} ${folder.file('values')}\n`,
    );
    const start = (): Promise<void> => {
      const env = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder.file('state'), PATH: `${process.env['PATH']}:/usr/sbin` };
      const args = ['-f', '-Lf', folder.file('log'), '-C', '-c', folder.file('snmpd.conf'), `udp:127.0.0.1:${port}`];
      daemon = spawn('snmpd', args, { env, stdio: 'ignore' });
      return Promise.resolve();
    };
    const stop = (): Promise<void> => killed(daemon);
    return {
      kind: snmpKind,
      settings: {
        host: '127.0.0.1',
        port,
        community: 'secret/plain-words',
        device: 'own',
        points: [`power ${oid}.1.0`, `voltage ${oid}.2.0 scale=0.1`, `current ${oid}.3.0 scale=0.01`],
      },
      power: 'meter.power',
      show: ({ watts, volts, amps }: Shown) => {
        const values = [watts, volts * 10, amps * 100].map((value, i) => `${oid}.${i + 1}.0 integer ${Math.round(value)}`);
        writeFileSync(folder.file('values'), values.join('\n'));
        return Promise.resolve();
      },
      start,
      stop,
      close: async () => {
        await stop();
        folder.remove();
      },
    };
  },
};

const [upsd, dummy] = ['/lib/nut/upsd', '/lib/nut/dummy-ups'];

/** Network UPS Tools' upsd with its driver for files. */
const nut: PeerMaker = {
  name: 'NUT, by upsd and dummy-ups',
  needs: { isThere: existsSync(upsd) && existsSync(dummy), program: 'upsd', packages: 'nut-server' },
  hasSign: true,
  async make(): Promise<Peer> {
    const folder = peerFolder();
    const port = await freeTcpPort();
    const user = process.getuid?.() === 0 ? ['-u', 'root'] : [];
    const running: ChildProcess[] = [];
    chmodSync(folder.path, 0o700);
    // The driver looks at its file once more where the file is newer.
    writeFileSync(
      folder.file('ups.conf'),
      `pollinterval = 1\n[rack]\ndriver = dummy-ups\nport = ${folder.file('rack.dev')}\nmode = dummy-once\n`,
    );
    writeFileSync(folder.file('upsd.conf'), `LISTEN 127.0.0.1 ${port}\nMAXAGE 5\n`);
    writeFileSync(folder.file('upsd.users'), '');
    for (const file of ['upsd.conf', 'upsd.users', 'ups.conf']) chmodSync(folder.file(file), 0o600);
    const env = { ...process.env, NUT_CONFPATH: folder.path, NUT_STATEPATH: folder.path, NUT_ALTPIDPATH: folder.path };
    const run = (program: string, ...args: string[]): void => void running.push(spawn(program, args, { env, stdio: 'ignore' }));
    const stop = async (): Promise<void> => {
      for (const child of running.splice(0)) await killed(child);
    };
    return {
      kind: nutKind,
      settings: { host: '127.0.0.1', port, ups: 'rack' },
      power: 'meter.power',
      show: ({ watts, volts, amps }) => {
        const variables = { 'ups.status': 'OL', 'input.realpower': watts, 'input.voltage': volts, 'input.current': amps };
        writeFileSync(
          folder.file('rack.dev'),
          Object.entries(variables)
            .map(([key, value]) => `${key}: ${value}\n`)
            .join(''),
        );
        return Promise.resolve();
      },
      start: () => {
        run(dummy, '-a', 'rack', '-D', ...user);
        run(upsd, '-D', ...user);
        return Promise.resolve();
      },
      stop,
      close: async () => {
        await stop();
        folder.remove();
      },
    };
  },
};

/** OpenIPMI's simulator behind the real ipmitool: DCMI alone, which knows neither volts nor amps. */
const ipmi: PeerMaker = {
  name: 'IPMI, by ipmi_sim',
  needs: {
    isThere: ['/usr/bin/ipmi_sim', '/usr/bin/ipmitool'].every((path) => existsSync(path)) && compiler() !== null,
    program: 'ipmi_sim',
    packages: 'openipmi ipmitool gcc',
  },
  hasSign: false,
  async make(): Promise<Peer> {
    const controller = await SimulatedController.make([]);
    const settings = {
      host: '127.0.0.1',
      port: controller.port,
      user: 'reader',
      password: 'secret/opensesame',
      privilege: 'ADMINISTRATOR',
      cipher: 3,
      sensors: false,
    };
    return {
      kind: ipmiKind,
      settings,
      power: 'meter.power',
      show: ({ watts }) => Promise.resolve(controller.power({ watts, isActive: true })),
      start: () => Promise.resolve(controller.start()),
      stop: () => controller.end(),
      close: () => controller.remove(),
    };
  },
};

const mosquitto = found('/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/opt/homebrew/sbin/mosquitto');

/** Mosquitto, and a device that publishes its JSON. */
const mqtt: PeerMaker = {
  name: 'MQTT, by Mosquitto',
  needs: { isThere: mosquitto !== undefined, program: 'mosquitto', packages: 'mosquitto' },
  hasSign: true,
  async make(): Promise<Peer> {
    const folder = peerFolder();
    const port = await freeTcpPort();
    const url = `mqtt://127.0.0.1:${port}`;
    let broker: ChildProcess | null = null;
    let device: MqttClient | null = null;
    let telling: NodeJS.Timeout | null = null;
    let shown = '';
    writeFileSync(
      folder.file('mosquitto.conf'),
      [`listener ${port} 127.0.0.1`, 'allow_anonymous true', ...(process.getuid?.() === 0 ? ['user root'] : [])].join('\n'),
    );
    const publish = (): void => void (device?.connected === true && shown !== '' && device.publish('rack/meter', shown));
    const start = async (): Promise<void> => {
      broker = spawn(mosquitto ?? '', ['-c', folder.file('mosquitto.conf')], { stdio: 'ignore' });
      device = await vi.waitFor(() => connectAsync(url, { reconnectPeriod: 0 }), { timeout: 10_000 });
      // As devices do, whoever listens.
      telling = setInterval(publish, 1_500);
    };
    const stop = async (): Promise<void> => {
      if (telling !== null) clearInterval(telling);
      await device?.endAsync(true);
      await killed(broker);
    };
    return {
      kind: mqttKind,
      settings: { url, device: 'own', points: ['power rack/meter w', 'voltage rack/meter v', 'current rack/meter a'] },
      power: 'meter.power',
      show: ({ watts, volts, amps }) => {
        shown = JSON.stringify({ w: watts, v: volts, a: amps });
        publish();
        return Promise.resolve();
      },
      start,
      stop,
      close: async () => {
        await stop();
        folder.remove();
      },
    };
  },
};

/** Those of a program of its own. */
export const programPeers: readonly PeerMaker[] = [snmp, nut, ipmi, mqtt];

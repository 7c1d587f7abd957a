import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { english } from '@shared/text/message';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../../helpers/certificate';
import { nutKind } from '../../../src-main/core/telemetry/collectors/nut/kind';
import { failureOf, feedsOf, told } from '../../helpers/feed';
import { needsProgram, onlyWhere } from '../../helpers/needs';
import { freeTcpPort, untilUp } from '../../helpers/ports';

const [upsd, dummy] = ['/lib/nut/upsd', '/lib/nut/dummy-ups'];
const feed = feedsOf(nutKind);
const soon = () => AbortSignal.timeout(10_000);

/** A server that answers as it is told, for what no real one does. */
async function listening(
  onLine: (line: string, socket: Socket) => void,
): Promise<{ port: number; server: Server; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (part) => onLine(part.toString(), socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    server,
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

describe('a UPS behind the real upsd', needsProgram(existsSync(upsd) && existsSync(dummy), 'upsd', 'nut-server'), () => {
  let folder = '';
  let port = 0;
  const running = new Map<string, ChildProcess>();
  const common = () => ({ host: '127.0.0.1', port, ups: 'rack' });
  const device = (name: string, variables: Readonly<Record<string, string>>): void =>
    writeFileSync(
      join(folder, `${name}.dev`),
      Object.entries(variables)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(''),
    );
  const start = (name: string, program: string, ...args: string[]): void => {
    const env = { ...process.env, NUT_CONFPATH: folder, NUT_STATEPATH: folder, NUT_ALTPIDPATH: folder };
    running.set(name, spawn(program, args, { env, stdio: 'ignore' }));
  };
  const end = async (name: string): Promise<void> => {
    const child = running.get(name);
    const ended = new Promise((done) => child?.once('exit', done));
    child?.kill('SIGKILL');
    await ended;
  };
  const user = process.getuid?.() === 0 ? ['-u', 'root'] : [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coldaisle-nut-'));
    chmodSync(folder, 0o700);
    port = await freeTcpPort();
    // What the file says is read once: a driver that repeats its file would answer later than a test can wait.
    writeFileSync(
      join(folder, 'ups.conf'),
      ['rack', 'pdu'].map((name) => `[${name}]\ndriver = dummy-ups\nport = ${folder}/${name}.dev\nmode = dummy-once\n`).join(''),
    );
    writeFileSync(join(folder, 'upsd.conf'), `LISTEN 127.0.0.1 ${port}\nMAXAGE 5\n`);
    writeFileSync(join(folder, 'upsd.users'), '[reader]\npassword = rackpass\n');
    for (const file of ['upsd.conf', 'upsd.users', 'ups.conf']) chmodSync(join(folder, file), 0o600);
    device('rack', {
      'device.mfr': 'Acme "Power"',
      'ups.status': 'OB DISCHRG LB BLINKING',
      'ups.load': '023.4',
      'ups.realpower': '1250',
      'input.voltage': ' 230.0 ',
      'input.frequency': 'N/A',
      'output.voltage': '229.8',
      'battery.charge': '97',
      'battery.runtime': '1800',
    });
    device('pdu', {
      'ups.status': 'WAIT',
      'input.realpower': '3210',
      'input.L1.current': '4.7',
      'input.L1-N.voltage': '231.1',
      'outlet.3.realpower': '55',
      'outlet.realpower': '1',
    });
    for (const name of ['rack', 'pdu']) start(name, dummy, '-a', name, '-D', ...user);
    start('upsd', upsd, '-D', ...user);
    // A driver says WAIT and nothing else until it has read its file.
    const hasPower = async (ups: string): Promise<void> => {
      const readings = await feed.test({ ...common(), ups });
      if (!readings.some(({ metric }) => metric === 'meter.power')) throw new Error(`${ups} tells no power`);
    };
    await untilUp(() => hasPower('rack'));
    await untilUp(() => hasPower('pdu'));
  });
  afterAll(async () => {
    for (const name of running.keys()) await end(name);
    rmSync(folder, { recursive: true, force: true });
  });

  it('tells its figures, and by a word of its status that it runs on battery', async () => {
    const readings = await feed.test(common());
    expect(told(readings)).toEqual({
      'ups.on_battery': 1,
      'ups.load': 23.4,
      'output meter.power': 1250,
      'meter.voltage': 230,
      'meter.frequency': null,
      'output meter.voltage': 229.8,
      'ups.battery.charge': 97,
      'ups.battery.runtime': 1800,
    });
    expect(readings.find(({ metric }) => metric === 'meter.frequency')).toMatchObject({ raw: 'N/A' });
  });

  it('that is a rack PDU has its power at the input; a status that says nothing is none', async () => {
    const readings = await feed.test({ ...common(), ups: 'pdu', counts: 'facility' });
    expect(told(readings)).toEqual({
      'ups.on_battery': null,
      'meter.power': 3210,
      'L1 meter.current': 4.7,
      'L1 meter.voltage': 231.1,
      'outlet-3 meter.power': 55,
      'facility.meter.power': 3210,
    });
    expect(english(readings.find(({ metric }) => metric === 'ups.on_battery')?.why ?? '')).toContain('WAIT');
  });

  it('is named where there are several, and signed in to where it is asked', async () => {
    expect(await feed.failure({ ...common(), ups: '' })).toMatch(/Name one of: .*(pdu, rack|rack, pdu)/);
    expect(await feed.failure({ ...common(), ups: 'none' })).toContain('no UPS of that name');
    await feed.test({ ...common(), user: 'reader', password: 'secret/rackpass' });
    expect(await feed.failure({ host: '127.0.0.1', port: 1 })).toContain('refuses the connection');
  });

  it(
    'is read over STARTTLS once its certificate is consented to',
    onlyWhere(spawnSync('openssl', ['version']).status === 0, 'it needs openssl'),
    async () => {
      const { key, cert, fingerprint } = selfSigned();
      // This upsd is not set up with a certificate: one that is stands before it.
      const front = await listening((line, plain) => {
        if (!line.startsWith('STARTTLS')) return;
        plain.removeAllListeners('data');
        plain.write('OK STARTTLS\n');
        const secure = new TLSSocket(plain, { isServer: true, key, cert });
        const behind = connect(port, '127.0.0.1');
        secure.on('error', () => behind.destroy());
        behind.on('error', () => secure.destroy());
        secure.pipe(behind).pipe(secure);
      });
      const secured = { ...common(), port: front.port, encryption: 'starttls' };
      expect(await feed.failure(secured)).toContain(fingerprint);
      expect(told(await feed.test({ ...secured, fingerprint }))).toMatchObject({ 'output meter.power': 1250 });
      expect(
        await feed.failure({ ...secured, fingerprint: fingerprint.replace(/^../, fingerprint.startsWith('00') ? '11' : '00') }),
      ).toContain('another one than the trusted');
      expect(await feed.failure({ ...secured, port })).toContain('no encryption');
      await front.close();
    },
  );

  it('whose driver ends has no value, and is read on over the same connection once it is back', async () => {
    const collector = feed.open(common());
    await collector.read(soon());
    await end('rack');
    await expect.poll(async () => await collector.read(soon()).then(() => '', failureOfError), { timeout: 15_000 }).toMatch(/driver/);
    device('rack', { 'ups.status': 'OL CHRG', 'ups.realpower': '1300' });
    start('rack', dummy, '-a', 'rack', '-D', ...user);
    await untilUp(() => collector.read(soon()));
    await expect
      .poll(async () => told(await collector.read(soon())), { timeout: 15_000 })
      .toEqual({ 'ups.on_battery': 0, 'output meter.power': 1300 });
    await collector.close();
  });
});

const failureOfError = (error: unknown): Promise<string> => failureOf(Promise.reject(error as Error));

describe('what is no good NUT server', () => {
  it('is left when its data is stale and asked again over the same connection', async () => {
    let asked = 0;
    const { port, close, server } = await listening((_, socket) => {
      asked += 1;
      socket.write(asked === 1 ? 'ERR DATA-STALE\n' : 'BEGIN LIST VAR a\nVAR a ups.status "OL"\nVAR a ups.rea');
      if (asked > 1) setTimeout(() => socket.write('lpower "77"\nEND LIST VAR a\n'), 20);
    });
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const collector = feed.open({ host: '127.0.0.1', port, ups: 'a' });
    expect(await failureOf(collector.read(soon()))).toContain('stale');
    expect(told(await collector.read(soon()))).toEqual({ 'output meter.power': 77, 'ups.on_battery': 0 });
    expect(connections).toBe(1);
    await collector.close();
    await close();
  });

  it.each([
    ['speaks something else', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'no NUT server'],
    ['never ends a line', 'x'.repeat(10_000), 'no NUT server'],
  ])('that %s is told apart', async (_name, text, why) => {
    const { port, close } = await listening((_, socket) => void socket.write(text));
    expect(await feed.failure({ host: '127.0.0.1', port, ups: 'a' })).toContain(why);
    await close();
  });

  it('that says nothing is given up', async () => {
    const { port, close } = await listening(() => undefined);
    expect(await feed.failure({ host: '127.0.0.1', port, ups: 'a' }, AbortSignal.timeout(200))).toContain('does not answer');
    await close();
  });
});

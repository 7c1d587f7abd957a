import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { mqttKind } from '../../../src-main/core/telemetry/collectors/mqtt/kind';
import { FeedTime, failureOf, feedUnderTest, told, whys, type FeedUnderTest } from '../../helpers/feed';
import { needsProgram } from '../../helpers/needs';
import { freeTcpPort } from '../../helpers/ports';

const MOSQUITTO = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find((path) => existsSync(path));

describe('MQTT, by Mosquitto', needsProgram(MOSQUITTO !== undefined, 'mosquitto', 'mosquitto'), () => {
  let folder = '';
  let broker: ChildProcess;
  let ports: readonly number[] = [];
  let device: MqttClient;
  const feeds: FeedUnderTest[] = [];

  const startBroker = async (): Promise<void> => {
    broker = spawn(MOSQUITTO ?? '', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
    device = await vi.waitFor(() => connectAsync(`mqtt://127.0.0.1:${ports[0]}`, { reconnectPeriod: 0 }), { timeout: 10_000 });
  };
  const stopBroker = async (): Promise<void> => {
    await device.endAsync(true);
    const ended = new Promise((done) => broker.once('exit', done));
    broker.kill('SIGKILL');
    await ended;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coldaisle-mqtt-'));
    ports = [await freeTcpPort(), await freeTcpPort()];
    const file = (name: string): string => join(folder, name);
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      file('key'),
      '-out',
      file('crt'),
    ]);
    writeFileSync(file('acl'), 'user reader\ntopic read plugs/#\n');
    writeFileSync(file('passwd'), 'reader:correct horse\n', { mode: 0o600 });
    spawnSync('mosquitto_passwd', ['-U', file('passwd')]);
    const lines = [
      'per_listener_settings true',
      `listener ${ports[0]} 127.0.0.1`,
      'allow_anonymous true',
      `listener ${ports[1]} 127.0.0.1`,
      `certfile ${file('crt')}`,
      `keyfile ${file('key')}`,
      'allow_anonymous false',
      `password_file ${file('passwd')}`,
      `acl_file ${file('acl')}`,
      ...(process.getuid?.() === 0 ? ['user root'] : []),
    ];
    writeFileSync(file('mosquitto.conf'), lines.join('\n'));
    await startBroker();
  });
  afterEach(async () => {
    for (const feed of feeds.splice(0)) await feed.close();
  });
  afterAll(async () => {
    await stopBroker();
    rmSync(folder, { recursive: true, force: true });
  });

  const feed = (settings: object, time: FeedTime | null = null, secrets: Record<string, string> = {}): FeedUnderTest => {
    const made = feedUnderTest(mqttKind, { url: `mqtt://127.0.0.1:${ports[0]}`, ...settings }, secrets, time);
    feeds.push(made);
    return made;
  };
  const say = (topic: string, payload: unknown, retain = false): Promise<unknown> =>
    device.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { retain });
  /** Reads until so many values are there. */
  const readWhen = (one: FeedUnderTest, count: number): Promise<Record<string, number | null>> =>
    vi.waitFor(
      async () => {
        const values = told(await one.read());
        expect(Object.values(values).filter((value) => value !== null)).toHaveLength(count);
        return values;
      },
      { timeout: 5_000 },
    );

  it('reads each make in its own units, and what is told twice once', async () => {
    const [shelly1, shelly2, em, tasmota, two, zigbee] = [
      feed({ device: 'shelly1', topic: 'shellies/+' }),
      feed({ device: 'shelly2', topic: 'Shelly-bkw' }),
      feed({ device: 'shelly2', topic: 'em', counts: 'facility' }),
      feed({ device: 'tasmota', topic: 'plug' }),
      feed({ device: 'tasmota', topic: 'twin' }),
      feed({ device: 'zigbee2mqtt', topic: 'zigbee2mqtt/Congélateur du fond/prise' }),
    ];
    for (const one of feeds) await one.read();
    await say('shellies/em-1/emeter/1/power', '-812.5');
    await say('shellies/em-1/emeter/1/total', '1000.5');
    await say('shellies/plug/relay/0/energy', '60');
    const status = { id: 0, apower: 639.2, aenergy: { total: 1039.106, by_minute: [854.637], minute_ts: 1657970342 } };
    await say('Shelly-bkw/status/switch:0', status);
    await say('Shelly-bkw/events/rpc', { src: 'x', method: 'NotifyStatus', params: { ts: 1, 'switch:0': { id: 0, apower: 640 } } });
    await say('em/status/em:0', { id: 0, a_act_power: 100, b_act_power: 200, c_act_power: 300.5, total_act_power: 600.5, a_voltage: 231 });
    await say('tele/plug/STATE', { POWER: 'OFF' });
    await say('tele/plug/SENSOR', { Time: '2001-01-01T00:00:00', ENERGY: { Total: 1066.5, Power: 0, Voltage: 230 }, TempUnit: 'C' });
    await say('tele/twin/SENSOR', { ENERGY: { Total: [1, 2], Power: [120, 80], Voltage: 229 } });
    await say('zigbee2mqtt/Congélateur du fond/prise', { power: 74, voltage: 222, current: 0, energy: 12.5, linkquality: 90 });

    expect(await readWhen(shelly1, 3)).toEqual({
      'em-1-L2 meter.power': -812.5,
      'em-1-L2 meter.energy.import': 1000.5 * 3600,
      'plug meter.energy.import': 3600,
    });
    expect(await readWhen(shelly2, 2)).toEqual({ 'meter.power': 640, 'meter.energy.import': 1039.106 * 3600 });
    expect(await readWhen(em, 6)).toMatchObject({ 'L3 meter.power': 300.5, 'L1 meter.voltage': 231, 'facility.meter.power': 600.5 });
    expect(await readWhen(tasmota, 3)).toEqual({ 'meter.power': 0, 'meter.energy.import': 1066.5 * 3.6e6, 'meter.voltage': 230 });
    expect(await readWhen(two, 7)).toMatchObject({ 'meter.power': 200, 'channel-1 meter.power': 120, 'meter.energy.import': 3 * 3.6e6 });
    expect(await readWhen(zigbee, 4)).toMatchObject({ 'meter.power': 74, 'meter.current': 0, 'meter.energy.import': 12.5 * 3.6e6 });
  });

  it('takes topics and paths of one’s own, and says of what is no value why', async () => {
    const points = [
      'power "rooms/hall a" data.w unit=kW',
      'current "rooms/hall a" data.i',
      'voltage "rooms/hall a" data.v none=-1',
      'energy.import meters/+/total unit=kWh',
      'temperature rooms/none',
    ];
    const own = feed({ device: 'own', points });
    const tried = own.try();
    const talking = setInterval(() => {
      void say('rooms/hall a', { data: { w: '1.5', i: 'N/A', v: -1 } });
      void say('meters/rack 1/total', '176 100 000 000 042');
      void say('meters/rack2/total', '7');
    }, 100);
    try {
      // It goes on as long as new values come; a trial ends by its own limit.
      await vi.waitFor(async () => expect(Object.keys(told(await own.read()))).toHaveLength(6), { timeout: 5_000 });
    } finally {
      clearInterval(talking);
    }
    const readings = await tried;
    expect(told(readings)).toEqual({
      'meter.power': 1500,
      'meter.current': null,
      'meter.voltage': null,
      'rack-1 meter.energy.import': null,
      'rack2 meter.energy.import': 7 * 3.6e6,
      'sensor.temperature': null,
    });
    expect(readings.find(({ metric }) => metric === 'meter.power')?.raw).toBe('1.5');
    expect(whys(readings).filter((why) => why !== '')).toEqual([
      'The source says that it has no value',
      'The source says that it has no value',
      'It is no number',
      'Nothing was published at rooms/none yet',
    ]);
  });

  it('has no value of what the broker kept, of a device that is away, and of what is too old', async () => {
    const time = new FeedTime();
    await say('plugs/old/status/switch:0', { apower: 5000 }, true);
    const one = feed({ device: 'shelly2', topic: 'plugs/old', staleS: 60 }, time);
    const kept = await vi.waitFor(async () => {
      const readings = await one.read();
      expect(readings).toHaveLength(1);
      return readings;
    });
    expect(told(kept)).toEqual({ 'meter.power': null });
    await say('plugs/old/status/switch:0', { apower: 12 });
    expect(await readWhen(one, 1)).toEqual({ 'meter.power': 12 });
    // It keeps the time at which it came.
    const cameMs = time.wall;
    time.pass(59_000);
    expect(await one.read()).toMatchObject([{ value: 12, atMs: cameMs }]);
    await say('plugs/old/online', 'false', true);
    await vi.waitFor(async () => expect(told(await one.read())).toEqual({ 'meter.power': null }));
    await say('plugs/old/online', 'true', true);
    await readWhen(one, 1);
    time.pass(2_000);
    expect(await failureOf(one.read())).toBe('The last value is 61 s old');
  });

  it('signs in over TLS to the certificate that a person trusts, and to no other', async () => {
    const url = `mqtts://127.0.0.1:${ports[1]}`;
    const secrets = { 'mqtt-password': 'correct horse', other: 'wrong' };
    const { fingerprint256: fingerprint } = new X509Certificate(readFileSync(join(folder, 'crt')));
    const signIn = { url, user: 'reader', password: 'mqtt-password', device: 'shelly2', topic: 'plugs/x' };
    expect(await failureOf(feed(signIn, null, secrets).read())).toContain(`“Trusted certificate”: ${fingerprint}`);
    const other = fingerprint.replace(/^../, (first) => (first === 'AA' ? 'BB' : 'AA'));
    expect(await failureOf(feed({ ...signIn, fingerprint: other }, null, secrets).read())).toContain('another one than the trusted');
    expect(await failureOf(feed({ ...signIn, fingerprint, password: 'other' }, null, secrets).read())).toContain('refuses the sign-in');
    expect(await feed({ ...signIn, fingerprint }, null, secrets).read()).toEqual([]);
    expect(await failureOf(feed({ ...signIn, url: url.replace(`${ports[1]}`, `${ports[0]}`) }, null, secrets).read())).toContain('encrypt');
  });

  it('says what is wrong with the broker, and reads on when it is back', async () => {
    expect(await failureOf(feed({ url: 'mqtt://127.0.0.1:1', topic: 'x' }).read())).toContain('127.0.0.1:1 refuses the connection');
    expect(() => feed({ topic: 'a+/b' })).toThrow();
    expect(() => feed({ device: 'own', points: ['power meters/x unit=Wh'] })).toThrow();
    const one = feed({ device: 'shelly2', topic: 'back' });
    const twin = feed({ device: 'shelly2', topic: 'back' });
    await one.read();
    await twin.read();
    await stopBroker();
    await vi.waitFor(async () => expect(await failureOf(one.read())).toContain('ended the connection'));
    expect(await failureOf(one.read())).toContain('refuses the connection');
    await startBroker();
    await vi.waitFor(() => one.read());
    await vi.waitFor(() => twin.read());
    await say('back/status/pm1:0', { apower: 33 });
    expect(await readWhen(one, 1)).toEqual({ 'meter.power': 33 });
    expect(await readWhen(twin, 1)).toEqual({ 'meter.power': 33 });
  });
});

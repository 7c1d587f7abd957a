import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { english } from '@shared/text/message';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SimulatedController } from '../../fakes/ipmi/simulator';
import { compiler } from '../../fakes/nvml/build';
import { ipmiKind } from '../../../src-main/core/telemetry/collectors/ipmi/kind';
import { failureOf, feedsOf, told } from '../../helpers/feed';
import { needsProgram, onlyWhere } from '../../helpers/needs';
import { freeUdpPort, untilUp } from '../../helpers/ports';

const feed = feedsOf(ipmiKind);
const soon = () => AbortSignal.timeout(30_000);
const isThere = ['/usr/bin/ipmi_sim', '/usr/bin/ipmitool'].every((path) => existsSync(path)) && compiler() !== null;
const [temperature, volts, amps, watts, rpm] = [1, 4, 5, 6, 18];

describe('a management controller behind the real ipmitool', needsProgram(isThere, 'ipmi_sim', 'openipmi ipmitool gcc'), () => {
  let controller: SimulatedController;
  const settings = (over: object = {}) => ({
    host: '127.0.0.1',
    port: controller.port,
    user: 'reader',
    password: 'secret/opensesame',
    privilege: 'ADMINISTRATOR',
    // The simulator does not say which it knows, which ipmitool waits for.
    cipher: 3,
    sensors: false,
    ...over,
  });
  beforeAll(async () => {
    controller = await SimulatedController.make([
      { number: 0x0e, type: 1, name: 'Inlet Temp', unit: temperature, entity: [55, 1], raw: 24 },
      { number: 0x30, type: 2, name: '12V', unit: volts, entity: [7, 17], factor: 6, exponent: -2, raw: 201 },
      { number: 0x94, type: 3, name: 'Current', unit: amps, entity: [10, 1], raw: null },
      { number: 0x95, type: 3, name: 'Current', unit: amps, entity: [10, 2], exponent: -2, raw: 48 },
      { number: 0x77, type: 3, name: 'Pwr Consumption', unit: watts, entity: [7, 1], factor: 2, raw: 49 },
      { number: 0x41, type: 4, name: 'Fan1A', unit: rpm, entity: [29, 1], factor: 100, raw: 84 },
    ]);
    controller.power({ watts: 108, isActive: true });
    controller.start();
    await untilUp(() => feed.test(settings()));
  });
  afterAll(() => controller.remove());

  it('tells its power by DCMI and its sensors by their numbers, each a series of its own and in no sum', async () => {
    const readings = await feed.test(settings({ sensors: true, counts: 'facility' }));
    expect(told(readings)).toEqual({
      'meter.power': 108,
      '0eh sensor.temperature': 24,
      '30h meter.voltage': 12.06,
      '95h meter.current': 0.48,
      '77h meter.power': 98,
      '41h fan.speed': 8400,
      'facility.meter.power': 108,
    });
    expect(readings.map(({ label }) => label)).toEqual(expect.arrayContaining(['Meter Inlet Temp', 'Meter Current 95h']));
  });

  it('that has no DCMI, or a poor one, has the power of a sensor that is named', async () => {
    controller.power(null);
    expect(told(await feed.test(settings({ powerSensor: '77H', counts: 'facility' })))).toEqual({
      'meter.power': 98,
      'facility.meter.power': 98,
    });
    expect(await feed.failure(settings())).toBe('127.0.0.1 has neither power by DCMI nor a sensor that measures');
    controller.power({ watts: 108, isActive: true });
    expect(told(await feed.test(settings({ powerSensor: '77h' })))).toEqual({ 'dcmi meter.power': 108, 'meter.power': 98 });
    const [, missing] = await feed.test(settings({ powerSensor: '0eh' }));
    expect([missing?.value, english(missing?.why ?? '')]).toEqual([null, 'The controller has no sensor 0eh that tells a power']);
  });

  it.each([
    ['0 W while it is switched off', { watts: 0, isActive: false }, { 'meter.power': null }, 'switched off'],
    [
      'a figure while it is switched off',
      { watts: 212, isActive: false },
      { 'meter.power': null, 'meter.power unconfirmed': 212 },
      'switched off',
    ],
    ['0 W while it measures', { watts: 0, isActive: true }, { 'meter.power': 0 }, ''],
    ['more than it can tell', { watts: 65_535, isActive: true }, { 'meter.power': null }, '65,534 W'],
  ])('that tells %s is not taken for what it does not measure', async (_name, answer, values, why) => {
    controller.power(answer);
    const readings = await feed.test(settings());
    controller.power({ watts: 108, isActive: true });
    expect(told(readings)).toEqual(values);
    expect(english(readings[0]?.why ?? '')).toContain(why);
  });

  it('says which of the settings it refuses', async () => {
    expect(await feed.failure(settings({ password: 'secret/wrong' }))).toContain('Check the user and the password');
    expect(await feed.failure(settings({ user: 'nobody' }))).toContain('Check the user and the password');
    const [power] = await feed.test(settings({ privilege: 'USER' }));
    expect([power?.value, english(power?.why ?? '')]).toEqual([null, expect.stringContaining('higher privilege level')]);
    expect(await feed.failure(settings({ cipher: 17 }))).toContain('does not take that cipher suite');
    expect(await feed.failure(settings({ host: 'no-such-host.invalid' }))).toContain('There is no host');
    await expect(async () => feed.test(settings({ powerSensor: 'Pwr' }))).rejects.toThrow('77h');
    await expect(async () => feed.test({ user: 'reader', password: 'secret/x' })).rejects.toThrow('Host');
  });

  it('that is silent, slow or started anew is read on as soon as it answers', async () => {
    expect(await feed.failure(settings({ port: await freeUdpPort() }), AbortSignal.timeout(1_000))).toContain('in time');
    const collector = feed.open(settings());
    controller.hold();
    const slow = collector.read(soon());
    setTimeout(() => controller.goOn(), 1_500);
    expect(told(await slow)).toEqual({ 'meter.power': 108 });
    await controller.end();
    expect(await failureOf(collector.read(AbortSignal.timeout(500)))).toContain('in time');
    controller.start();
    expect(told(await untilUp(() => collector.read(soon())))).toEqual({ 'meter.power': 108 });
    // Closing ends a read that is under way.
    controller.hold();
    const last = failureOf(collector.read(soon()));
    await collector.close();
    expect(await last).toContain('in time');
    controller.goOn();
  });

  it('finds the cipher suite once, and keeps it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coldaisle-ipmitool-'));
    const asked = join(folder, 'asked');
    writeFileSync(join(folder, 'ipmitool'), `#!/bin/sh\nprintf '%s\\n' "$*" >> '${asked}'\nexec /usr/bin/ipmitool "$@"\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
    const collector = feed.open(settings({ cipher: null, sensors: false }));
    await collector.read(soon());
    await collector.read(soon());
    await collector.close();
    vi.unstubAllEnvs();
    const suites = readFileSync(asked, 'utf8')
      .trim()
      .split('\n')
      .map((args) => / -C (\d+) /.exec(args)?.[1]);
    expect(suites).toEqual(['17', '3', '3']);
  });

  it('hears its password from the environment alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coldaisle-ipmitool-'));
    const told = join(folder, 'told');
    writeFileSync(join(folder, 'ipmitool'), `#!/bin/sh\nprintf '%s\\n' "$*" "$IPMI_PASSWORD" > '${told}'\nexec /usr/bin/ipmitool "$@"\n`, {
      mode: 0o755,
    });
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
    await feed.test(settings());
    vi.stubEnv('PATH', folder.replace('ipmitool', 'none'));
    expect(await feed.failure(settings())).toContain('no ipmitool on this machine');
    vi.unstubAllEnvs();
    const [args = '', password] = readFileSync(told, 'utf8').split('\n');
    expect([args.includes('opensesame'), args.includes('-E'), password]).toEqual([false, true, 'opensesame']);
    rmSync(folder, { recursive: true });
  });

  it(
    'of this machine is named when it cannot be opened',
    onlyWhere(!existsSync('/dev/ipmi0'), 'this machine has a controller'),
    async () => {
      expect(await feed.failure({ reach: 'open' })).toContain('modprobe ipmi_devintf');
    },
  );
});

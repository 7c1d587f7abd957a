import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { english } from '@shared/text/message';
import { checkedCollector, checkOf } from '../../../src-main/core/telemetry/checked-source';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snmpKind } from '../../../src-main/core/telemetry/collectors/snmp/kind';
import { failureOf, feedsOf, told } from '../../helpers/feed';
import { needsProgram } from '../../helpers/needs';
import { freeUdpPort, untilUp } from '../../helpers/ports';
import { runToEnd } from '../headless/support';

const isThere = spawnSync('snmpd', ['-v']).status === 0 || spawnSync('/usr/sbin/snmpd', ['-v']).status === 0;
const feed = feedsOf(snmpKind);
const APC = '1.3.6.1.4.1.318';

/** The real snmpd, whose MIBs' values come from a file. */
describe('a device that is asked by SNMP', needsProgram(isThere, 'snmpd', 'snmpd'), () => {
  let folder = '';
  let port = 0;
  let daemon: ChildProcess;
  const common = () => ({ host: '127.0.0.1', port, community: 'secret/plain' });

  const serve = (objectId: string, rows: Readonly<Record<string, string>>): void => {
    const lines = [
      '1.3.6.1.2.1.1.1.0 string A device of the test',
      `1.3.6.1.2.1.1.2.0 objectid .${objectId}`,
      ...Object.entries(rows).map(([oid, value]) => `${oid} ${/^[a-z]/.test(value) ? value : `integer ${value}`}`),
    ];
    writeFileSync(join(folder, 'values'), lines.join('\n'));
  };
  const start = async (): Promise<void> => {
    const env = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: join(folder, 'state'), PATH: `${process.env['PATH']}:/usr/sbin` };
    const args = [
      '-f',
      '-Lf',
      join(folder, 'log'),
      '-C',
      '-c',
      join(folder, 'snmpd.conf'),
      '-I',
      '-system_mib,sysORTable',
      `udp:127.0.0.1:${port}`,
    ];
    daemon = spawn('snmpd', args, { env, stdio: 'ignore' });
    await untilUp(() => feed.test({ ...common(), device: 'own', points: ['power 1.3.6.1.2.1.1.2.0'] }));
  };
  const stop = async (): Promise<void> => {
    const ended = new Promise((done) => daemon.once('exit', done));
    daemon.kill('SIGKILL');
    await ended;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coldaisle-snmp-'));
    mkdirSync(join(folder, 'state'));
    port = await freeUdpPort();
    const pass = ['1.3.6.1.2.1.1', '1.3.6.1.2.1.33', '1.3.6.1.4.1'].map(
      (oid) => `pass_persist .${oid} /usr/bin/python3 ${join(import.meta.dirname, 'programs', 'snmp_pass.py')} ${join(folder, 'values')}`,
    );
    const users = [
      ['md5des', 'MD5', 'DES'],
      ['shaaes', 'SHA', 'AES'],
      ['sha224aes', 'SHA-224', 'AES'],
      ['shareeder', 'SHA', 'AES-256-C'],
      ['sha256aes', 'SHA-256', 'AES'],
      ['sha384aes', 'SHA-384', 'AES'],
      ['sha512aes', 'SHA-512', 'AES'],
      ['shablumenthal', 'SHA', 'AES-256'],
    ].flatMap(([name, auth, privacy]) => [`createUser ${name} ${auth} authpass12 ${privacy} privpass12`, `rouser ${name} priv`]);
    writeFileSync(
      join(folder, 'snmpd.conf'),
      ['rocommunity plain', ...pass, ...users, 'createUser onlyauth SHA authpass12', 'rouser onlyauth auth'].join('\n'),
    );
    serve('0.0', {});
    await start();
  });
  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is found out by its sysObjectID: an APC rack PDU tells power in tens of watts', async () => {
    const rpdu2 = `${APC}.1.1.26`;
    serve(`${APC}.1.3.4.6`, {
      [`${rpdu2}.4.3.1.5.1`]: '347',
      [`${rpdu2}.4.3.1.9.1`]: '123456',
      [`${rpdu2}.6.3.1.5.1`]: '75',
      [`${rpdu2}.6.3.1.6.1`]: '231',
      [`${rpdu2}.6.3.1.7.1`]: '-1',
      [`${rpdu2}.9.4.3.1.7.1`]: '120',
      [`${rpdu2}.9.4.3.1.7.2`]: '0',
      // The first generation's, that newer ones tell as well.
      [`${APC}.1.1.12.1.16.0`]: '3400',
    });
    const readings = await feed.test({ ...common(), counts: 'facility' });
    expect(told(readings)).toEqual({
      'meter.power': 3470,
      'meter.energy.import': 12_345.6 * 3.6e6,
      'L1 meter.current': 7.5,
      'L1 meter.voltage': 231,
      'L1 meter.power': null,
      'outlet-1 meter.power': 120,
      'outlet-2 meter.power': 0,
      'facility.meter.power': 3470,
    });
    expect(readings.find(({ device, metric }) => device === 'sensor/snmp-1' && metric === 'meter.power')?.raw).toBe('347');
  });

  it('that is of the first generation, or a chain of two, is read by its own scale', async () => {
    const load = `${APC}.1.1.12.2.3.1.1`;
    // One phase and two banks, in one table; the power factor is a setting.
    serve(`${APC}.1.3.4.5`, {
      ...{ [`${load}.2.1`]: '113', [`${load}.2.2`]: '60', [`${load}.2.3`]: '53' },
      ...{ [`${load}.4.1`]: '1', [`${load}.4.2`]: '1', [`${load}.4.3`]: '1' },
      ...{ [`${load}.5.1`]: '0', [`${load}.5.2`]: '1', [`${load}.5.3`]: '2' },
      [`${APC}.1.1.12.1.16.0`]: '2580',
      [`${APC}.1.1.12.1.17.0`]: '1000',
    });
    expect(told(await feed.test(common()))).toEqual({
      'L1 meter.current': 11.3,
      'bank-1 meter.current': 6,
      'bank-2 meter.current': 5.3,
      'meter.power': 2580,
    });
    serve(`${APC}.1.3.4.6`, { [`${APC}.1.1.26.4.3.1.5.1`]: '100', [`${APC}.1.1.26.4.3.1.5.2`]: '200' });
    expect(told(await feed.test({ ...common(), counts: 'facility' }))).toEqual({
      'unit-1 meter.power': 1000,
      'unit-2 meter.power': 2000,
      'facility.meter.power': 3000,
    });
  });

  it('of Raritan has its digits beside each value', async () => {
    const [digits, values] = ['1.3.6.1.4.1.13742.6.3.3.4.1.7.1.1', '1.3.6.1.4.1.13742.6.5.2.3.1.4.1.1'];
    const of = (base: string, table: Record<string, number>) =>
      Object.fromEntries(Object.entries(table).map(([kind, value]) => [`${base}.${kind}`, String(value)]));
    serve('1.3.6.1.4.1.13742.6', {
      ...of(digits, { 1: 3, 4: 0, 5: 0, 6: 0, 7: 2, 8: 0, 23: 1 }),
      ...of(values, { 1: 1626, 4: 233, 5: 242, 6: 379, 7: 64, 8: 1_444_088, 23: 500 }),
    });
    expect(told(await feed.test(common()))).toEqual({
      'meter.power': 242,
      'meter.power.apparent': 379,
      'meter.power.factor': 0.64,
      'meter.energy.import': 1_444_088 * 3600,
      'meter.voltage': 233,
      'meter.current': 1.626,
      'meter.frequency': 50,
    });
    serve('1.3.6.1.4.1.13742.6', of(values, { 5: 242 }));
    const [power] = await feed.test(common());
    expect([power?.value, power?.raw, english(power?.why ?? '')]).toEqual([
      null,
      '242',
      'The device does not tell how many decimal digits this value has',
    ]);
  });

  it('of Eaton, CyberPower and Vertiv has other scales in tables that look the same', async () => {
    serve('1.3.6.1.4.1.534.6.6.7', {
      '1.3.6.1.4.1.534.6.6.7.3.5.1.4.0.1': '1875',
      ...{ '1.3.6.1.4.1.534.6.6.7.3.2.1.2.0.1.1': '1', '1.3.6.1.4.1.534.6.6.7.3.2.1.3.0.1.1': '229800' },
      ...{ '1.3.6.1.4.1.534.6.6.7.3.3.1.2.0.1.1': '1', '1.3.6.1.4.1.534.6.6.7.3.3.1.4.0.1.1': '8310' },
    });
    expect(told(await feed.test(common()))).toEqual({ 'meter.power': 1875, 'L1 meter.voltage': 229.8, 'L1 meter.current': 8.31 });
    const [unit, phase, outlet] = ['3.4.1', '4.4.1', '6.2.4.1'].map((table) => `1.3.6.1.4.1.3808.1.1.6.${table}`);
    serve('1.3.6.1.4.1.3808.1.1.6', {
      ...{ [`${phase}.5.1`]: '10', [`${phase}.6.1`]: '2178', [`${phase}.7.1`]: '219' },
      ...{ [`${unit}.18.1`]: '221', [`${unit}.16.1`]: '99', [`${unit}.9.1`]: '4711', [`${outlet}.7.3`]: '80', [`${outlet}.11.3`]: '12' },
    });
    expect(told(await feed.test(common()))).toEqual({
      'meter.power': 221,
      'meter.power.factor': 0.99,
      'meter.energy.import': 471.1 * 3.6e6,
      'L1 meter.power': 219,
      'L1 meter.current': 1,
      'L1 meter.voltage': 217.8,
      'outlet-3 meter.power': 80,
      'outlet-3 meter.energy.import': 1.2 * 3.6e6,
    });
    serve('1.3.6.1.4.1.21239.5.1', { '1.3.6.1.4.1.21239.5.2.3.1.1.9.1': '640', '1.3.6.1.4.1.21239.5.2.3.1.1.11.1': '97' });
    expect(told(await feed.test(common()))).toEqual({ 'meter.power': 640, 'meter.power.factor': 0.97 });
  });

  it('tells of Eaton which phase a row is, that a number below 0 is none, and the scale of its probes', async () => {
    const epdu = '1.3.6.1.4.1.534.6.6.7';
    const row = (column: string, values: readonly string[]) =>
      Object.fromEntries(values.map((value, i) => [`${epdu}.${column}.0.1.${i + 1}`, value]));
    const values = {
      [`${epdu}.3.5.1.4.0.1`]: '-2',
      // The neutral first, then the phases; the voltages lie between the phases.
      ...{ ...row('3.3.1.2', ['2', '3', '4', '5']), ...row('3.3.1.4', ['400', '1000', '2000', '3000']) },
      ...{ ...row('3.2.1.2', ['5', '6', '7']), ...row('3.2.1.3', ['400100', '400200', '400300']) },
      ...{ ...row('3.4.1.2', ['1', '2', '3', '4']), ...row('3.4.1.4', ['230', '460', '-1', '1380']) },
      // One probe is there and one is not; a third of humidity is cold at 77 °F.
      ...{ [`${epdu}.7.1.1.4.0.1`]: '770', [`${epdu}.7.1.1.3.0.1`]: '1', [`${epdu}.7.1.1.4.0.2`]: '0', [`${epdu}.7.1.1.3.0.2`]: '0' },
    };
    const read = async (scale: Record<string, string>) => {
      serve('1.3.6.1.4.1.534.6.6.7', { ...values, ...scale });
      return feed.test(common());
    };
    const celsius = told(await read({ [`${epdu}.1.2.1.9.0`]: '0' }));
    expect(celsius).toEqual({
      'meter.power': null,
      'L1 meter.current': 1,
      'L2 meter.current': 2,
      'L3 meter.current': 3,
      'L1 meter.power': 230,
      'L2 meter.power': 460,
      'L3 meter.power': null,
      'sensor-0-1 sensor.temperature': 77,
    });
    expect(told(await read({ [`${epdu}.1.2.1.9.0`]: '1' }))).toEqual({ ...celsius, 'sensor-0-1 sensor.temperature': 25 });
    const unsaid = (await read({})).find(({ metric }) => metric === 'sensor.temperature');
    expect([unsaid?.value, unsaid?.raw, english(unsaid?.why ?? '')]).toEqual([null, '770', expect.stringContaining('°C or °F')]);
  });

  it('of APC has a probe that is out of reach, and one at a tenth of a degree of frost', async () => {
    const probe = `${APC}.1.1.26.10.2.2.1`;
    const serveProbes = (status: string): void =>
      serve(`${APC}.1.3.4.6`, {
        ...{ [`${probe}.6.1`]: status, [`${probe}.5.1`]: '1', [`${probe}.8.1`]: '-1', [`${probe}.10.1`]: '-1' },
        ...{ [`${probe}.6.2`]: '1', [`${probe}.5.2`]: '4', [`${probe}.8.2`]: '0', [`${probe}.10.2`]: '0' },
      });
    serveProbes('2');
    const collector = feed.open(common());
    expect(told(await collector.read(AbortSignal.timeout(10_000)))).toEqual({ 'sensor-1 sensor.temperature': -0.1 });
    serveProbes('3');
    expect(told(await collector.read(AbortSignal.timeout(10_000)))).toEqual({ 'sensor-1 sensor.temperature': null });
    await collector.close();
  });

  it('that is a UPS of APC, Eaton or CyberPower tells what it has by the finest number that is there', async () => {
    const apc = `${APC}.1.1.1`;
    serve(`${APC}.1.3.27`, {
      // A model without the finer charge, and one row of each kind that it has.
      ...{ [`${apc}.2.3.1.0`]: '-1', [`${apc}.2.2.1.0`]: '98', [`${apc}.2.2.3.0`]: 'timeticks 186000' },
      ...{ [`${apc}.4.1.1.0`]: '3', [`${apc}.4.2.4.0`]: '4', [`${apc}.4.3.4.0`]: '43', [`${apc}.4.2.8.0`]: '901' },
      ...{ [`${apc}.4.2.12.0`]: '7', [`${apc}.4.3.6.0`]: '777', [`${apc}.3.3.1.0`]: '2305' },
    });
    expect(told(await feed.test(common()))).toEqual({
      'ups.battery.charge': 98,
      'ups.battery.runtime': 1860,
      'ups.on_battery': 1,
      'output meter.power': 901,
      'output meter.energy.import': 7.77 * 3.6e6,
      'output meter.current': 4.3,
      'input meter.voltage': 230.5,
    });
    const eaton = '1.3.6.1.4.1.534.1';
    serve('1.3.6.1.4.1.534.1.2', {
      ...{ [`${eaton}.2.1.0`]: '1200', [`${eaton}.4.5.0`]: '3', [`${eaton}.4.9.3.0`]: '2100', [`${eaton}.4.7.0`]: '52000' },
      ...{ [`${eaton}.4.4.1.3.1`]: '9', [`${eaton}.4.4.1.7.1`]: '93', [`${eaton}.3.4.1.3.1`]: '10', [`${eaton}.4.6.0`]: '2050' },
    });
    expect(told(await feed.test(common()))).toEqual({
      'ups.battery.runtime': 1200,
      'ups.on_battery': 0,
      'input-L1 meter.current': 10,
      'output-L1 meter.current': 9.3,
      'output meter.power': 2100,
      'output meter.energy.import': 52_000 * 3600,
    });
    const cps = '1.3.6.1.4.1.3808.1.1.1';
    serve('1.3.6.1.4.1.3808.1.1.1', {
      ...{ [`${cps}.2.2.4.0`]: 'timeticks 90000', [`${cps}.4.1.1.0`]: '2', [`${cps}.4.2.5.0`]: '330' },
      ...{ [`${cps}.4.2.6.0`]: '123', [`${cps}.4.2.8.0`]: '350', [`${cps}.4.2.2.0`]: '500' },
    });
    expect(told(await feed.test(common()))).toEqual({
      'ups.battery.runtime': 900,
      'ups.on_battery': 0,
      'output meter.power': 330,
      'output meter.power.apparent': 350,
      'output meter.energy.import': 12.3 * 3.6e6,
      'output meter.frequency': 50,
    });
  });

  it('of Raritan’s first generation calls its first phase the unit, APC’s modules tell tenths of kW, CyberPower’s banks follow its phase', async () => {
    const px = '1.3.6.1.4.1.13742.4.1';
    serve('1.3.6.1.4.1.13742.4', {
      ...{ [`${px}.3.1.1.0`]: '5000', [`${px}.3.1.2.0`]: '230000', [`${px}.3.1.3.0`]: '3300' },
      ...{ [`${px}.21.2.1.3.1.1`]: '5000', [`${px}.21.2.1.3.1.2`]: '4800', [`${px}.21.2.1.3.1.3`]: '4900' },
      ...{ [`${px}.2.2.1.4.7`]: '850', [`${px}.2.2.1.7.7`]: '190' },
    });
    expect(told(await feed.test(common()))).toEqual({
      'meter.power': 3300,
      'L1 meter.current': 5,
      'L2 meter.current': 4.8,
      'L3 meter.current': 4.9,
      'L1 meter.voltage': 230,
      'outlet-7 meter.current': 0.85,
      'outlet-7 meter.power': 190,
    });
    serve(`${APC}.1.3.24.1`, { [`${APC}.1.1.22.2.6.1.20.1.2`]: '14' });
    expect(told(await feed.test(common()))).toEqual({ 'module-1-2 meter.power': 1400 });
    const load = '1.3.6.1.4.1.3808.1.1.3.2.3.1.1';
    serve('1.3.6.1.4.1.3808.1.1.3', {
      ...{ [`${load}.2.1`]: '31', [`${load}.2.2`]: '12', [`${load}.7.1`]: '700', [`${load}.7.2`]: '270' },
      ...{ [`${load}.4.1`]: '1', [`${load}.4.2`]: '1', [`${load}.5.1`]: '0', [`${load}.5.2`]: '1' },
    });
    expect(told(await feed.test(common()))).toEqual({
      'meter.current': 3.1,
      'meter.power': 700,
      'bank-1 meter.current': 1.2,
      'bank-1 meter.power': 270,
    });
  });

  it('is a UPS of no known maker: its lines are walked, and its minutes are minutes', async () => {
    const ups = '1.3.6.1.2.1.33.1';
    serve('1.3.6.1.4.1.99999.1', {
      [`${ups}.2.3.0`]: '35',
      [`${ups}.2.4.0`]: '100',
      [`${ups}.2.5.0`]: '2731',
      [`${ups}.3.2.0`]: '0',
      [`${ups}.3.3.1.2.1`]: '500',
      [`${ups}.4.1.0`]: '5',
      [`${ups}.4.4.1.3.1`]: '43',
      [`${ups}.4.4.1.4.1`]: '945',
      [`${ups}.4.4.1.4.2`]: '12',
    });
    expect(told(await feed.test(common()))).toEqual({
      'ups.on_battery': 1,
      'ups.battery.charge': 100,
      'ups.battery.runtime': 2100,
      'ups.battery.voltage': 273.1,
      'input-L1 meter.frequency': 50,
      'output-L1 meter.current': 4.3,
      'output-L1 meter.power': 945,
      'output-L2 meter.power': 12,
    });
  });

  it('is read by OIDs of one’s own: one that is missing keeps no other from being read', async () => {
    serve('0.0', {
      '1.3.6.1.4.1.99999.2.1.0': 'counter64 18446744073709551615',
      '1.3.6.1.4.1.99999.2.2.0': 'string 023.4',
      '1.3.6.1.4.1.99999.2.3.0': 'string ',
      '1.3.6.1.4.1.99999.2.4.0': 'counter64 250',
    });
    const points = [
      'energy.import.big 1.3.6.1.4.1.99999.2.1.0 unit=mWh',
      'temperature 1.3.6.1.4.1.99999.2.2.0',
      'humidity 1.3.6.1.4.1.99999.2.3.0',
      'energy.import 1.3.6.1.4.1.99999.2.4.0 unit=kWh',
      'power 1.3.6.1.4.1.99999.2.9.0',
      'current.outlet-* 1.3.6.1.4.1.99999.9.*',
    ];
    const readings = await feed.test({ ...common(), device: 'own', points });
    expect(readings.map(({ value, raw, why }) => [value, raw, why === null || why === undefined ? '' : english(why)])).toEqual([
      // Further than any counter of energy goes: what is recorded is checked where it enters.
      [18446744073709551615 * 3.6, '18446744073709551615', ''],
      [23.4, '023.4', ''],
      [null, '', 'What it tells is no number'],
      [9e8, '250', ''],
      [null, '', 'The device does not have 1.3.6.1.4.1.99999.2.9.0'],
      [null, '', 'The device does not have 1.3.6.1.4.1.99999.9.*'],
    ]);
    await expect(feed.failure({ ...common(), device: 'own', points: ['power 1.3.6.x'] })).resolves.toContain('1.3.6.x');
  });

  it('of which a row goes missing says that, and does not forget it', async () => {
    const base = `${APC}.1.1.26.9.4.3.1.7`;
    serve(`${APC}.1.3.4.6`, { [`${base}.1`]: '10', [`${base}.2`]: '20' });
    const collector = feed.open(common());
    expect(told(await collector.read(AbortSignal.timeout(10_000)))).toEqual({ 'outlet-1 meter.power': 10, 'outlet-2 meter.power': 20 });
    serve(`${APC}.1.3.4.6`, { [`${base}.1`]: '11' });
    expect(told(await collector.read(AbortSignal.timeout(10_000)))).toEqual({
      'outlet-1 meter.power': 11,
      'outlet-2 meter.power': null,
    });
    await collector.close();
  });

  it('that tells more power than its voltage and current make is doubted aloud', async () => {
    const phase = '1.3.6.1.4.1.3808.1.1.6.4.4.1';
    serve('1.3.6.1.4.1.3808.1.1.6', { [`${phase}.5.1`]: '10', [`${phase}.6.1`]: '2178', [`${phase}.7.1`]: '2190' });
    const check = checkOf({}, () => true);
    const collector = checkedCollector(feed.open(common()), check, {
      wallMs: Date.now,
      monoMs: () => performance.now(),
      onEvent: () => undefined,
    });
    await collector.read(AbortSignal.timeout(10_000));
    const [item] = await collector.doctor();
    expect([item?.state, english(item?.detail ?? '')]).toEqual(['partial', expect.stringContaining('L1')]);
    await collector.close();
  });

  it.each([
    ['MD5 and DES', 'md5des', 'md5', 'des'],
    ['SHA-1 and AES-128', 'shaaes', 'sha', 'aes'],
    ['SHA-224 and AES-128', 'sha224aes', 'sha224', 'aes'],
    ['SHA-256 and AES-128', 'sha256aes', 'sha256', 'aes'],
    ['SHA-384 and AES-128', 'sha384aes', 'sha384', 'aes'],
    ['SHA-512 and AES-128', 'sha512aes', 'sha512', 'aes'],
    // A key of SHA-1 is too short for AES-256, and is made longer in two ways.
    ['SHA-1 and AES-256 after Blumenthal', 'shablumenthal', 'sha', 'aes256b'],
    ['SHA-1 and AES-256 after Reeder', 'shareeder', 'sha', 'aes256r'],
    ['SHA-1 alone', 'onlyauth', 'sha', 'none'],
  ])('is asked by v3 with %s', async (_name, user, auth, privacy) => {
    serve(`${APC}.1.3.4.5`, { [`${APC}.1.1.12.1.16.0`]: '2580' });
    expect(told(await feed.test(v3(user, auth, privacy)))).toEqual({ 'meter.power': 2580 });
  });

  const v3 = (user: string, auth: string, privacy: string, authPassword = 'authpass12', privacyPassword = 'privpass12') => ({
    host: '127.0.0.1',
    port,
    version: 'v3',
    user,
    auth,
    authPassword: `secret/${authPassword}`,
    ...(privacy === 'none' ? { privacy } : { privacy, privacyPassword: `secret/${privacyPassword}` }),
  });

  it('says what of a sign-in is wrong', async () => {
    expect(await feed.failure({ ...common(), community: 'secret/other' })).toContain('does not answer to SNMP');
    expect(await feed.failure(v3('nobody', 'sha', 'aes'))).toContain('does not know this user');
    expect(await feed.failure(v3('shaaes', 'sha', 'aes', 'wrongpass12'))).toContain('refuses the authentication');
    expect(await feed.failure(v3('shablumenthal', 'sha', 'aes256r'))).toContain('AES-256');
    expect(await feed.failure({ ...common(), host: 'no-such-host.invalid' })).toContain('no host');
  });

  it('that was restarted is read on, also by v3, whose clock begins anew', async () => {
    serve(`${APC}.1.3.4.5`, { [`${APC}.1.1.12.1.16.0`]: '2580' });
    const collector = feed.open(v3('shaaes', 'sha', 'aes'));
    await collector.read(AbortSignal.timeout(10_000));
    await stop();
    expect(await failureOf(collector.read(AbortSignal.timeout(10_000)))).toContain('does not answer');
    await start();
    serve(`${APC}.1.3.4.5`, { [`${APC}.1.1.12.1.16.0`]: '2590' });
    expect(told(await collector.read(AbortSignal.timeout(10_000)))).toEqual({ 'meter.power': 2590 });
    await collector.close();
  });

  it('is read from a document in a terminal', async () => {
    serve('0.0', { '1.3.6.1.4.1.99999.2.1.0': '42' });
    const file = join(folder, 'feed.json');
    writeFileSync(
      file,
      JSON.stringify({
        kind: 'snmp',
        settings: {
          host: '127.0.0.1',
          port,
          version: 'v3',
          user: 'nobody',
          auth: 'none',
          device: 'own',
          points: ['power 1.3.6.1.4.1.99999.2.1.0'],
        },
      }),
    );
    const { code, out } = await runToEnd(['feed', 'test', file, '--json']);
    expect([code, JSON.parse(out)]).toEqual([1, expect.objectContaining({ error: expect.stringContaining('does not know this user') })]);
  });
});

describe('what lies about SNMP', () => {
  /** Answers whatever comes with what is made of it. */
  const peer = async (answer: (request: Buffer) => Buffer | null): Promise<{ port: number; close(): void }> => {
    const socket = createSocket('udp4');
    socket.on('message', (request, { port, address }) => {
      const reply = answer(request);
      if (reply) socket.send(reply, port, address);
    });
    await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
    return { port: socket.address().port, close: () => socket.close() };
  };

  it('is passed by: what is no SNMP is no answer', async () => {
    const { port, close } = await peer(() => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await feed.failure({ host: '127.0.0.1', port })).toMatch(/does not answer to SNMP|cannot be read/);
    close();
  });

  it('is left when its table goes in circles', async () => {
    // A request of version 2c sent back as its own answer: each row is the one that was asked behind.
    const { port, close } = await peer((request) => {
      const reply = Buffer.from(request);
      const at = reply.findIndex((byte, i) => i > 6 && (byte === 0xa0 || byte === 0xa5));
      const asksBulk = reply[at] === 0xa5;
      reply[at] = 0xa2;
      if (asksBulk) zeroCounts(reply, at);
      return reply;
    });
    const points = ['current.outlet-* 1.3.6.1.4.1.99999.9.*'];
    expect(await feed.failure({ host: '127.0.0.1', port, device: 'own', points })).toContain('does not have');
    close();
  });
});

/** In an answer these are the error and its place. */
function zeroCounts(reply: Buffer, pdu: number): void {
  let at = pdu + 2;
  for (let i = 0; i < 3; i++) {
    const length = reply[at + 1] ?? 0;
    if (i > 0) reply.fill(0, at + 2, at + 2 + length);
    at += 2 + length;
  }
}

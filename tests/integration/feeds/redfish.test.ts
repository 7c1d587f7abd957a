import { spawnSync } from 'node:child_process';
import { english } from '@shared/text/message';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RedfishService } from '../../fakes/redfish-service';
import { redfishKind } from '../../../src-main/core/telemetry/collectors/redfish/kind';
import { failureOf, feedsOf, told } from '../../helpers/feed';
import { onlyWhere } from '../../helpers/needs';

const feed = feedsOf(redfishKind);
const soon = () => AbortSignal.timeout(10_000);

describe('a management controller', onlyWhere(spawnSync('openssl', ['version']).status === 0, 'it needs openssl'), () => {
  let service: RedfishService;
  beforeEach(async () => void (service = await RedfishService.listen()));
  afterEach(() => service.close());
  const settings = (over: object = {}) => ({
    host: '127.0.0.1',
    port: service.port,
    user: 'reader',
    password: 'secret/opensesame',
    fingerprint: service.fingerprint,
    ...over,
  });

  it('is spoken to once its certificate was consented to, and hears no password before', async () => {
    service.chassis('1', {}, { EnvironmentMetrics: { PowerWatts: { Reading: 300 } } });
    expect(await feed.failure(settings({ fingerprint: null }))).toContain(service.fingerprint);
    expect(await feed.failure(settings({ fingerprint: '00'.repeat(32) }))).toContain('another one than the trusted');
    expect(service.requests).toEqual([]);
    expect(told(await feed.test(settings()))).toEqual({ 'meter.power': 300 });
    expect([service.sessions.size, service.signIns]).toEqual([0, 1]);
  });

  it('of the new schema tells power, energy and air; one that was never on is asked the old way', async () => {
    const Power = {
      PowerControl: [
        { Name: 'System Power Control', PowerConsumedWatts: 344, PowerMetrics: { AverageConsumedWatts: 320, IntervalInMin: 20 } },
      ],
    };
    service.chassis(
      '1',
      {},
      {
        EnvironmentMetrics: { PowerWatts: { Reading: 412.5 }, EnergykWh: { Reading: 2 }, TemperatureCelsius: { Reading: 24 } },
        Power,
      },
    );
    expect(told(await feed.test(settings()))).toEqual({ 'meter.power': 412.5, 'meter.energy.import': 7.2e6, 'sensor.temperature': 24 });
    service.chassis('1', {}, { EnvironmentMetrics: { PowerWatts: { Reading: null } }, Power });
    expect(told(await feed.test(settings()))).toEqual({ 'meter.power': 344 });
  });

  it.each([
    [
      'whose first control has no reading',
      { PowerControl: [{ PowerConsumedWatts: null }, { Name: 'Server Power Control', PowerConsumedWatts: 300 }] },
      300,
    ],
    [
      'that tells of its processors first',
      {
        PowerControl: [
          { Name: 'CPU Power Control', PowerConsumedWatts: 90 },
          { Name: 'System', PowerConsumedWatts: null },
        ],
      },
      null,
    ],
    ['that has just started', { PowerControl: [{ PowerConsumedWatts: null, PowerLimit: null, PowerCapacityWatts: null }] }, null],
    ['without any control', { PowerControl: [] }, null],
    [
      'of Fujitsu',
      { PowerControl: [], Oem: { ts_fujitsu: { ChassisPowerConsumption: { CurrentPowerConsumptionW: 150, Sensors: [80, 70, 150] } } } },
      150,
    ],
    ['of another age', { '@odata.type': '#Power.1.0.1.Power', PowerConsumedWatts: 210, PowerControl: [{ PowerConsumedWatts: 210 }] }, 210],
  ])('%s is read by what it means', async (_name, Power, watts) => {
    service.chassis('1', {}, { Power });
    const [power] = await feed.test(settings());
    expect(power).toMatchObject({ metric: 'meter.power', provenance: 'measured', value: watts });
    if (watts === null) expect(english(power?.why ?? '')).toBe('The controller has no value for it');
  });

  it('of a machine that is off tells zero as zero; hundreds of watts are shown and not measured', async () => {
    service.chassis('1', { PowerState: 'Off' }, { Power: { PowerControl: [{ PowerConsumedWatts: 0 }] } });
    expect(told(await feed.test(settings({ counts: 'facility' })))).toEqual({ 'meter.power': 0, 'facility.meter.power': 0 });
    service.chassis('1', { PowerState: 'Off' }, { Power: { PowerControl: [{ PowerConsumedWatts: 433 }] } });
    expect(told(await feed.test(settings({ counts: 'facility' })))).toEqual({
      'meter.power': null,
      'meter.power unconfirmed': 433,
      'facility.meter.power': null,
    });
  });

  it('that knows its supplies alone adds them up, and tells temperatures and fans', async () => {
    const base = '/redfish/v1/Chassis/1/PowerSubsystem/PowerSupplies';
    const Thermal = {
      Temperatures: [
        { Name: 'Inlet Temp', ReadingCelsius: 22 },
        { Name: 'GPU 1', ReadingCelsius: null },
        { Name: 'CPU 2', Status: { State: 'Absent' }, ReadingCelsius: 0 },
      ],
      Fans: [
        { Name: 'Fan 1', Reading: 8400, ReadingUnits: 'RPM' },
        { Name: 'Fan 2', Reading: 40, ReadingUnits: 'Percent' },
      ],
    };
    service.chassis('1', {}, { PowerSubsystem: { PowerSupplies: { '@odata.id': base } }, Thermal });
    // The list comes in pages.
    service.resources.set(base, { Members: [{ '@odata.id': `${base}/0` }], 'Members@odata.nextLink': `${base}?$skip=1` });
    service.resources.set(`${base}?$skip=1`, { Members: [{ '@odata.id': `${base}/1` }] });
    for (const [id, watts] of [
      [0, 120],
      [1, 130.5],
    ]) {
      service.resources.set(`${base}/${id}`, { Metrics: { '@odata.id': `${base}/${id}/Metrics` } });
      service.resources.set(`${base}/${id}/Metrics`, { InputPowerWatts: { Reading: watts } });
    }
    expect(told(await feed.test(settings()))).toEqual({
      'meter.power': 250.5,
      'psu-0 meter.power': 120,
      'psu-1 meter.power': 130.5,
      'Inlet-Temp sensor.temperature': 22,
      'GPU-1 sensor.temperature': null,
      'Fan-1 fan.speed': 8400,
    });
  });

  it('of several nodes tells them apart, also where one has no supplies', async () => {
    for (const id of ['Blade1', 'Blade2'])
      service.chassis(id, {}, { Power: { PowerControl: [{ PowerConsumedWatts: id === 'Blade1' ? 100 : 200 }] } });
    service.chassis('Frame', {});
    expect(told(await feed.test(settings()))).toEqual({ 'Blade1 meter.power': 100, 'Blade2 meter.power': 200 });
  });

  it('keeps one session, signs in again in the same reading when it was ended, and gives it back', async () => {
    service.chassis('1', {}, { EnvironmentMetrics: { PowerWatts: { Reading: 300 } } });
    const collector = feed.open(settings());
    await collector.read(soon());
    await collector.read(soon());
    expect(service.signIns).toBe(1);
    service.sessions.clear();
    // As one does that ends its answer half-way.
    service.mood = (_request, response) => {
      response.writeHead(401, { 'content-length': 100 });
      response.write('{');
      setTimeout(() => response.destroy(), 20);
      return true;
    };
    expect(told(await collector.read(soon()))).toEqual({ 'meter.power': 300 });
    expect(service.signIns).toBe(2);
    // A connection that it ended while the question came is no failure.
    service.mood = (request) => Boolean(request.socket.destroy());
    expect(told(await collector.read(soon()))).toEqual({ 'meter.power': 300 });
    // Some send to the same address with a stroke behind it.
    service.mood = (request, response) => {
      response.writeHead(308, { location: request.url ?? '' }).end();
      return true;
    };
    expect(told(await collector.read(soon()))).toEqual({ 'meter.power': 300 });
    await collector.close();
    expect(service.sessions.size).toBe(0);
  });

  it('says what keeps it from being read', async () => {
    expect(await feed.failure(settings({ password: 'secret/wrong' }))).toContain('refuses the sign-in');
    service.chassis('1', {});
    expect(await feed.failure(settings())).toContain('no power and no temperature');
    service.sessionsMost = 0;
    expect(await feed.failure(settings())).toContain('no session left');
    service.mood = () => true;
    expect(await failureOf(feed.test(settings(), AbortSignal.timeout(300)))).toContain('does not answer');
    service.mood = (_request, response) => Boolean(response.writeHead(201, { 'x-auth-token': 'x' }).end('<html>'));
    service.sessions.add('x');
    service.resources.delete('/redfish/v1/');
    expect(await feed.failure(settings())).toContain('HTTP 404');
    expect(await feed.failure(settings({ port: 1 }))).toContain('refuses the connection');
  });
});

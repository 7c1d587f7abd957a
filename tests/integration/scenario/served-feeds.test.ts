import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CoreOptions, ServedFeeds } from '../../../src-main/core/options';
import { MeteredRoom } from '../../../src-main/core/scenario/feeds/room';
import { servedFeedsService } from '../../../src-main/core/scenario/feeds/service';
import { scenarioService } from '../../../src-main/core/scenario/service';
import { startServices, type Running } from '../../../src-main/core/service';
import { collectorKinds } from '../../../src-main/core/telemetry/collectors';
import { feedsOf, told } from '../../helpers/feed';

const resourcesDir = resolve(import.meta.dirname, '../../../resources');
let dataDir = '';
let running: Running | null = null;
let served: ServedFeeds | null = null;
let room: MeteredRoom;

const begin = (options: Partial<CoreOptions>): Promise<Running> =>
  startServices([scenarioService, servedFeedsService], {
    // Only what these two read: no core begins here, so that the room stands still but for the steps that a case takes.
    options: { dataDir, resourcesDir, ...options } as CoreOptions,
    log: () => undefined,
  });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'coldaisle-served-'));
  running = await begin({ scenario: 'hall', serveFeeds: 0, onFeedsServed: (feeds) => (served = feeds) });
  room = new MeteredRoom(running.get(scenarioService).source!);
});
afterAll(async () => {
  await running?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const feedsOfId = (id: string) => feedsOf(collectorKinds.find((kind) => kind.id === id)!);

/** The document as it lies in the folder, read by the product's own feed. */
async function readFeed(name: string): Promise<Record<string, number | null>> {
  const file = join(served!.folder, `${name.toLowerCase().replaceAll(' ', '-')}.json`);
  const { kind, settings } = JSON.parse(await readFile(file, 'utf8')) as ServedFeeds['feeds'][number];
  const { password } = settings;
  // The helper takes the secret itself by its name.
  const named = typeof password === 'string' ? { password: `secret/${served!.passwords[password]}` } : {};
  return told(await feedsOfId(kind).test({ ...settings, ...named }));
}

describe('--serve-feeds', () => {
  it('has the whole room behind a SunSpec meter, and what moves in the room moves there', async () => {
    const before = await readFeed('Room incomer');
    expect(Math.abs(before['meter.power']! - room.incomerW)).toBeLessThanOrEqual(50);
    expect(before['meter.energy.import']).toBe(Math.round(room.incomerWh) * 3_600);
    expect(before['L1 meter.voltage']).toBe(230);
    const wasWh = room.incomerWh;
    for (let i = 0; i < 600; i++) room.simulation.step();
    const after = await readFeed('Room incomer');
    expect(after['meter.energy.import']! - before['meter.energy.import']!).toBeCloseTo((room.incomerWh - wasWh) * 3_600, -4);
    expect(Math.abs(after['meter.power']! - room.incomerW)).toBeLessThanOrEqual(50);
  });

  it('has the cooling behind a plain map of registers', async () => {
    const { facility } = room;
    const values = await readFeed('Cooling plant');
    expect(values['meter.power']).toBe(Math.round(room.coolingW));
    expect(values['meter.energy.import']).toBe(Math.round(room.coolingWh) * 3_600);
    expect(values['meter.heat']).toBe(Math.round(facility.removedW));
    expect(values['meter.flow']).toBeCloseTo(facility.waterFlow, 3);
    expect(values['supply-air sensor.temperature']).toBeCloseTo(facility.supplyTempC, 0);
    expect(values['outdoor sensor.humidity']).toBeCloseTo(facility.outdoorHumidity, 0);
  });

  it('has each air handler and each chiller, with what state it is in', async () => {
    const { facility } = room;
    const handlers = await readFeed('Air handlers');
    expect(handlers['crah-8 meter.power']).toBe(Math.round(facility.crahW));
    expect(handlers['crah-8 cooling.running']).toBe(1);
    expect(handlers['crah-8 cooling.load']).toBeCloseTo(facility.crahLoad, 1);
    for (const [i, { powerW, isRunning, load }] of facility.chillers.units.entries()) {
      const chiller = await readFeed(`Chiller ${i + 1}`);
      expect(chiller).toEqual({
        'meter.power': Math.round(powerW),
        'cooling.running': Number(isRunning),
        'cooling.alarm': 0,
        'cooling.load': expect.closeTo(load * 100, 1),
      });
    }
  });

  it('has a meter behind the UPS', async () => {
    expect(await readFeed('UPS output')).toEqual({
      'meter.power': Math.round(room.upsOutputW),
      'meter.energy.import': Math.round(room.upsOutputWh) * 3_600,
    });
  });

  it('has a UPS and the PDU of each rack as SNMP agents that are found by what they call themselves', async () => {
    const ups = await readFeed('UPS');
    for (const line of ['L1', 'L2', 'L3']) {
      expect(ups[`input-${line} meter.power`]).toBe(Math.round(room.facility.upsInputW / 3));
      expect(ups[`output-${line} meter.power`]).toBe(Math.round(room.upsOutputW / 3));
    }
    expect(ups['ups.on_battery']).toBe(0);
    expect(ups['ups.battery.charge']).toBe(100);
    const pdus = await readFeed('Rack PDUs');
    expect(room.racks).toHaveLength(16);
    room.racks.forEach((rack, i) => {
      expect(pdus[`unit-${i + 1} meter.power`]).toBeCloseTo(Math.round(room.rackW(rack) / 10) * 10, 6);
      expect(pdus[`unit-${i + 1} meter.energy.import`]).toBeCloseTo(Math.round(room.rackWh(rack) / 100) * 360_000, 0);
    });
  });

  it('has a rack’s machines behind a controller whose certificate is pinned', async () => {
    const { name, nodes } = room.racks[0]!;
    const values = await readFeed(`Machines of ${name}`);
    for (const n of nodes) {
      const machine = room.simulation.nodes[n]!.name;
      expect(values[`${machine} meter.power`]).toBeCloseTo(room.simulation.nodePowerW[n]!, 1);
      expect(values[`${machine} meter.energy.import`]).toBe(Math.round(room.simulation.nodeEnergyJ[n]!));
      expect(values[`${machine}-Inlet sensor.temperature`]).toBeCloseTo(room.simulation.inletTempC[n]!, 1);
    }
    const { kind, settings } = served!.feeds.find((feed) => feed.kind === 'redfish')!;
    const other = { ...settings, password: 'secret/scenario', fingerprint: `${'00:'.repeat(31)}00` };
    expect(await feedsOfId(kind).failure(other)).toContain(String(settings['fingerprint']));
  });

  it('has a plug and a weather sensor behind a broker', async () => {
    const [plug, weather] = await Promise.all([readFeed('Lighting'), readFeed('Weather')]);
    expect(Object.values(plug)).toContain(room.lightingW);
    expect(weather['sensor.temperature']).toBeCloseTo(room.facility.outdoorTempC, 1);
  });

  it('takes the ports that follow the first, says which is taken, and serves no room without meters', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    await expect(begin({ scenario: 'rack', serveFeeds: port })).rejects.toThrow(`Port ${port} of the served feeds is in use`);
    await new Promise((done) => taken.close(done));
    await expect(begin({ scenario: 'workstation', serveFeeds: 0 })).rejects.toThrow('nobody meters its facility');
    await expect(begin({ serveFeeds: 0 })).rejects.toThrow('--scenario hall');
    expect(await readdir(join(dataDir, 'scenarios'))).toEqual(['hall']);
  });
});

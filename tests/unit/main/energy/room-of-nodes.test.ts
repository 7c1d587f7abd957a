import { describe, expect, it } from 'vitest';
import { facilityPower } from '@shared/energy/facility';
import { withCounted } from '@shared/model/power-settings';
import { defaultSettings } from '@shared/model/settings';
import type { MetricId } from '@shared/model/metrics';
import type { Reading, SeriesKey } from '@shared/model/series';
import { RoomPower } from '../../../../src-main/core/energy/room-power';
import { RoomTotals } from '../../../../src-main/core/energy/room-totals';
import type { ColumnReport, ColumnSource } from '../../../../src-main/core/telemetry/columns';

const key = (device: string, metric: MetricId): SeriesKey => ({ device, metric, label: device, provenance: 'simulated' });
/** A source whose row a test writes by hand. */
function source(...keys: SeriesKey[]): { report: (...values: number[]) => ColumnReport[] } {
  const own: ColumnSource = { id: 'test', keys, read: () => undefined, doctor: () => [] };
  return { report: (...values) => [{ source: own, values: Float64Array.from(values) }] };
}
const value = (readings: readonly Reading[], device: string, metric: string): number | null | undefined =>
  readings.find((r) => r.device === device && r.metric === metric)?.value;
const room = (localNode: boolean): RoomPower => new RoomPower({ settings: () => defaultSettings, maxItPowerW: () => 10_000, localNode });

const twoNodes = source(
  key('node/a/gpu0', 'gpu.power'),
  key('node/a/cpu0', 'cpu.power'),
  key('node/a', 'host.base.power'),
  key('node/a/gpu0', 'gpu.load'),
  key('node/b/gpu0', 'gpu.power'),
  key('node/b', 'host.base.power'),
);

describe('IT power of many nodes', () => {
  it('is summed node by node, and a room without this machine has nothing of it', () => {
    const own = room(false);
    const derived = own.derive(1_000, [], twoNodes.report(300, 100, 50, 99, 400, 60));
    expect(value(derived, 'node/a', 'it.power')).toBe(450);
    expect(value(derived, 'node/b', 'it.power')).toBe(460);
    expect(value(derived, 'room', 'it.power')).toBe(910);
    expect(derived.filter(({ device }) => device === 'host')).toEqual([]);
    expect(new Set(derived.map(({ provenance }) => provenance))).toEqual(new Set(['simulated']));
    expect(own.latest?.parts.map(({ label, powerW }) => [label, powerW.value])).toEqual([
      ['node/a', 450],
      ['node/b', 460],
    ]);
    expect(value(derived, 'room', 'facility.power')).toBeCloseTo(facilityPower(910, 15_000, defaultSettings.facility).totalW, 9);
  });

  it('adds other nodes to this machine, whose total has no series of its own while it is alone', () => {
    const alone = room(true).derive(0, [{ device: 'gpu0', label: 'g', metric: 'gpu.power', provenance: 'measured', value: 200 }]);
    expect(alone.filter(({ metric }) => metric === 'it.power').map(({ device }) => device)).toEqual(['host']);
    const derived = room(true).derive(
      0,
      [{ device: 'gpu0', label: 'g', metric: 'gpu.power', provenance: 'measured', value: 200 }],
      twoNodes.report(300, 100, 50, 99, 400, 60),
    );
    expect(value(derived, 'host', 'it.power')).toBe(240);
    expect(value(derived, 'room', 'it.power')).toBe(240 + 910);
  });

  it('withholds the room, not the other nodes, while a part is silent, however long', () => {
    const own = room(false);
    own.derive(0, [], twoNodes.report(300, 100, 50, 99, 400, 60));
    const lost = (atMs: number): Reading[] => own.derive(atMs, [], twoNodes.report(300, 100, 50, 99, NaN, 60));
    expect(value(lost(5_000), 'room', 'it.power')).toBe(910);
    for (const atMs of [6_000, 61_000, 7 * 86_400_000]) {
      const stale = lost(atMs);
      expect(value(stale, 'node/b', 'it.power')).toBeNull();
      expect(value(stale, 'node/a', 'it.power')).toBe(450);
      expect(value(stale, 'room', 'it.power')).toBeNull();
      expect(value(stale, 'room', 'facility.power')).toBeNull();
      expect(own.latest?.silent).toEqual([{ device: 'node/b/gpu0', label: 'node/b/gpu0', why: 'stale' }]);
    }
    expect(value(own.derive(7 * 86_400_000 + 1_000, [], twoNodes.report(300, 100, 50, 99, 410, 60)), 'room', 'it.power')).toBe(920);
  });

  it('goes without a part from the event that took it out, and names it, until it is back', () => {
    const own = room(false);
    own.derive(0, [], twoNodes.report(300, 100, 50, 99, 400, 60));
    own.onEvent({ device: 'node/b/gpu0', kind: 'device.lost' });
    const silent = twoNodes.report(300, 100, 50, 99, NaN, 60);
    expect(value(own.derive(1_000, [], silent), 'room', 'it.power')).toBe(510);
    expect(own.latest?.uncounted).toEqual([{ device: 'node/b/gpu0', label: 'node/b/gpu0', why: 'lost' }]);
    own.onEvent({ device: 'node/b/gpu0', kind: 'device.back' });
    expect(value(own.derive(2_000, [], silent), 'room', 'it.power')).toBeNull();
    expect(value(own.derive(3_000, [], twoNodes.report(300, 100, 50, 99, 410, 60)), 'room', 'it.power')).toBe(920);
    expect(own.latest?.uncounted).toEqual([]);
  });

  it('loses with a node all that hangs on it, and a removed one is no longer known', () => {
    const own = room(false);
    own.derive(0, [], twoNodes.report(300, 100, 50, 99, 400, 60));
    own.onEvent({ device: 'node/b', kind: 'device.removed' });
    expect(value(own.derive(1_000, [], twoNodes.report(300, 100, 50, 99, NaN, NaN)), 'host', 'it.power')).toBeUndefined();
    expect(own.latest?.itPowerW.value).toBe(450);
    expect(own.latest?.uncounted).toEqual([]);
    expect(own.knows('node/b')).toBe(false);
    // What is read is there, whatever was said of it.
    expect(value(own.derive(2_000, [], twoNodes.report(300, 100, 50, 99, 410, 60)), 'room', 'it.power')).toBe(920);
  });
});

describe('facility power', () => {
  const metered = source(
    key('node/a', 'host.base.power'),
    key('room/ups', 'facility.meter.power'),
    key('room/crah1', 'facility.meter.power'),
  );

  it('is the sum of its meters where there are any, not the model', () => {
    const derived = room(false).derive(0, [], metered.report(1_000, 1_080, 190));
    expect(value(derived, 'room', 'facility.power')).toBe(1_270);
    expect(value(derived, 'room', 'facility.power_ratio')).toBeCloseTo(1.27, 12);
    expect(value(derived, 'room', 'cost.rate.USD')).toBeCloseTo(1.27 * 0.07, 12);
  });

  it('is withheld while one of them is silent', () => {
    const own = room(false);
    own.derive(0, [], metered.report(1_000, 1_080, 190));
    const derived = own.derive(6_000, [], metered.report(1_000, 1_080, NaN));
    expect(value(derived, 'room', 'facility.power')).toBeNull();
    expect(value(derived, 'room', 'it.power')).toBe(1_000);
    expect(own.latest?.facilityPowerW.withheld).toBe('stale');
  });

  it('does not shrink when a meter dies, until a person leaves it out or an event takes it out', () => {
    let { power } = defaultSettings;
    const own = new RoomPower({ settings: () => ({ ...defaultSettings, power }), maxItPowerW: () => 10_000, localNode: false });
    const meters = source(
      key('node/a', 'host.base.power'),
      key('room/main', 'facility.meter.power'),
      key('room/cooling', 'facility.meter.power'),
    );
    expect(value(own.derive(0, [], meters.report(1_000, 1_100, 400)), 'room', 'facility.power')).toBe(1_500);
    const dead = (atMs: number): Reading[] => own.derive(atMs, [], meters.report(1_000, 1_100, NaN));
    for (const atMs of [6_000, 61_000, 3_600_000]) expect(value(dead(atMs), 'room', 'facility.power')).toBeNull();
    expect(own.latest?.silent).toEqual([{ device: 'room/cooling', label: 'room/cooling', why: 'stale' }]);
    power = withCounted(power, 'room/cooling', false);
    expect(value(dead(3_601_000), 'room', 'facility.power')).toBe(1_100);
    expect(own.latest?.uncounted).toEqual([{ device: 'room/cooling', label: 'room/cooling', why: 'excluded', ofFacility: true }]);
    power = withCounted(power, 'room/cooling', true);
    expect(value(dead(3_602_000), 'room', 'facility.power')).toBeNull();
    own.onEvent({ device: 'room/cooling', kind: 'device.lost' });
    expect(value(dead(3_603_000), 'room', 'facility.power')).toBe(1_100);
    expect(own.latest?.uncounted).toEqual([{ device: 'room/cooling', label: 'room/cooling', why: 'lost', ofFacility: true }]);
  });

  it('of measured meters alone is derived, however IT power came about', () => {
    const own = room(true);
    own.derive(0, [{ device: 'room/ups', label: 'UPS', metric: 'facility.meter.power', provenance: 'measured', value: 100 }]);
    expect(own.latest?.facilityPowerW).toMatchObject({ value: 100, provenance: 'derived' });
    expect(own.latest?.powerRatio.provenance).toBe('modelled');
  });
});

describe('room totals', () => {
  const gpus = source(
    key('node/a/gpu0', 'gpu.power'),
    key('node/b/gpu0', 'gpu.power'),
    key('node/a/gpu0', 'gpu.temperature'),
    key('node/b/gpu0', 'gpu.temperature'),
    key('node/a/gpu0', 'gpu.load'),
    key('node/b/gpu0', 'gpu.load'),
  );
  it('sum powers, average loads and take the hottest', () => {
    const derived = new RoomTotals(() => new Set()).derive(gpus.report(300, 400, 60, 71, 90, 50));
    expect(derived.map(({ device, metric, provenance, value: v }) => [device, metric, provenance, v])).toEqual([
      ['room', 'it.power.gpu', 'simulated', 700],
      ['room', 'gpu.load', 'simulated', 70],
      ['room', 'gpu.temperature', 'simulated', 71],
    ]);
  });

  it('withhold a sum or mean with a missing part, and take the maximum of the rest', () => {
    const derived = new RoomTotals(() => new Set()).derive(gpus.report(300, NaN, NaN, 71, NaN, NaN));
    expect(derived.map(({ value: v }) => v)).toEqual([null, null, 71]);
  });
});

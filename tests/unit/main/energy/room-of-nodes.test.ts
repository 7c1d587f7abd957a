import { describe, expect, it } from 'vitest';
import { facilityPower } from '@shared/energy/facility';
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
const value = (readings: readonly Reading[], device: string, metric: MetricId): number | null | undefined => readings.find((r) => r.device === device && r.metric === metric)?.value;
const room = (localNode: boolean): RoomPower => new RoomPower({ settings: () => defaultSettings, maxItPowerW: () => 10_000, localNode });

const twoNodes = source(key('node/a/gpu0', 'gpu.power'), key('node/a/cpu0', 'cpu.power'), key('node/a', 'host.base.power'), key('node/a/gpu0', 'gpu.load'), key('node/b/gpu0', 'gpu.power'), key('node/b', 'host.base.power'));

describe('IT power of many nodes', () => {
  it('is summed node by node, and a room without this machine has nothing of it', () => {
    const own = room(false);
    const derived = own.derive(1_000, [], twoNodes.report(300, 100, 50, 99, 400, 60));
    expect(value(derived, 'node/a', 'it.power')).toBe(450);
    expect(value(derived, 'node/b', 'it.power')).toBe(460);
    expect(value(derived, 'room', 'it.power')).toBe(910);
    expect(derived.filter(({ device }) => device === 'host')).toEqual([]);
    expect(new Set(derived.map(({ provenance }) => provenance))).toEqual(new Set(['simulated']));
    expect(own.latest?.parts.map(({ label, powerW }) => [label, powerW.value])).toEqual([['node/a', 450], ['node/b', 460]]);
    expect(value(derived, 'room', 'facility.power')).toBeCloseTo(facilityPower(910, 15_000, defaultSettings.facility).totalW, 9);
  });

  it('adds other nodes to this machine, whose total has no series of its own while it is alone', () => {
    const alone = room(true).derive(0, [{ device: 'gpu0', label: 'g', metric: 'gpu.power', provenance: 'measured', value: 200 }]);
    expect(alone.filter(({ metric }) => metric === 'it.power').map(({ device }) => device)).toEqual(['host']);
    const derived = room(true).derive(0, [{ device: 'gpu0', label: 'g', metric: 'gpu.power', provenance: 'measured', value: 200 }], twoNodes.report(300, 100, 50, 99, 400, 60));
    expect(value(derived, 'host', 'it.power')).toBe(240);
    expect(value(derived, 'room', 'it.power')).toBe(240 + 910);
  });

  it('withholds the room, not the other nodes, while a part is silent, and goes on without it when it is gone', () => {
    const own = room(false);
    own.derive(0, [], twoNodes.report(300, 100, 50, 99, 400, 60));
    const lost = (atMs: number): Reading[] => own.derive(atMs, [], twoNodes.report(300, 100, 50, 99, NaN, 60));
    expect(value(lost(5_000), 'room', 'it.power')).toBe(910);
    const stale = lost(6_000);
    expect(value(stale, 'node/b', 'it.power')).toBeNull();
    expect(value(stale, 'node/a', 'it.power')).toBe(450);
    expect(value(stale, 'room', 'it.power')).toBeNull();
    expect(value(stale, 'room', 'facility.power')).toBeNull();
    expect(value(lost(61_000), 'room', 'it.power')).toBe(510);
    expect(value(own.derive(62_000, [], twoNodes.report(300, 100, 50, 99, 410, 60)), 'room', 'it.power')).toBe(920);
  });
});

describe('facility power', () => {
  const metered = source(key('node/a', 'host.base.power'), key('room/ups', 'facility.meter.power'), key('room/crah1', 'facility.meter.power'));

  it('is the sum of its meters where there are any, not the model', () => {
    const derived = room(false).derive(0, [], metered.report(1_000, 1_080, 190));
    expect(value(derived, 'room', 'facility.power')).toBe(1_270);
    expect(value(derived, 'room', 'facility.power_ratio')).toBeCloseTo(1.27, 12);
    expect(value(derived, 'room', 'cost.rate')).toBeCloseTo(1.27 * 0.07, 12);
  });

  it('is withheld while one of them is silent', () => {
    const own = room(false);
    own.derive(0, [], metered.report(1_000, 1_080, 190));
    const derived = own.derive(6_000, [], metered.report(1_000, 1_080, NaN));
    expect(value(derived, 'room', 'facility.power')).toBeNull();
    expect(value(derived, 'room', 'it.power')).toBe(1_000);
    expect(own.latest?.facilityPowerW.withheld).toBe('stale');
  });

  it('of measured meters alone is derived, however IT power came about', () => {
    const own = room(true);
    own.derive(0, [{ device: 'room/ups', label: 'UPS', metric: 'facility.meter.power', provenance: 'measured', value: 100 }]);
    expect(own.latest?.facilityPowerW).toMatchObject({ value: 100, provenance: 'derived' });
    expect(own.latest?.powerRatio.provenance).toBe('modelled');
  });
});

describe('room totals', () => {
  const gpus = source(key('node/a/gpu0', 'gpu.power'), key('node/b/gpu0', 'gpu.power'), key('node/a/gpu0', 'gpu.temperature'), key('node/b/gpu0', 'gpu.temperature'), key('node/a/gpu0', 'gpu.load'), key('node/b/gpu0', 'gpu.load'));
  it('sum powers, average loads and take the hottest', () => {
    const derived = new RoomTotals(() => defaultSettings.gpu).derive(gpus.report(300, 400, 60, 71, 90, 50));
    expect(derived.map(({ device, metric, provenance, value: v }) => [device, metric, provenance, v])).toEqual([
      ['room', 'it.power.gpu', 'simulated', 700],
      ['room', 'gpu.load', 'simulated', 70],
      ['room', 'gpu.temperature', 'simulated', 71],
    ]);
  });

  it('withhold a sum or mean with a missing part, and take the maximum of the rest', () => {
    const derived = new RoomTotals(() => defaultSettings.gpu).derive(gpus.report(300, NaN, NaN, 71, NaN, NaN));
    expect(derived.map(({ value: v }) => v)).toEqual([null, null, 71]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Reading, SeriesKey } from '@shared/model/series';
import type { ColumnSource } from '../../../../src-main/core/telemetry/columns';
import { createTelemetry, type TelemetryBatch } from '../../../../src-main/core/telemetry/telemetry';
import { ManualClock } from './manual-clock';
import { MemoryWriter } from './memory-writer';

const keys: SeriesKey[] = [
  { device: 'node/a/gpu0', metric: 'gpu.power', label: 'GPU', provenance: 'simulated' },
  { device: 'node/a/gpu0', metric: 'gpu.temperature', label: 'GPU', provenance: 'simulated' },
  { device: 'node/a/gpu0', metric: 'gpu.xid', label: 'GPU', provenance: 'simulated' },
];
const rows = (...given: readonly number[][]): ColumnSource => {
  let tick = 0;
  return {
    id: 'test',
    keys,
    read: (values) => values.set(given[Math.min(tick++, given.length - 1)] ?? []),
    doctor: () => [{ id: 'sensor.test', group: 'sensor', name: 'Test', state: 'works', detail: 'three series', repair: null }],
  };
};
async function started(source: ColumnSource, derive: (atMs: number, powerW: number) => Reading[] = () => []) {
  const clock = new ManualClock();
  const writer = new MemoryWriter();
  const batches: TelemetryBatch[] = [];
  const telemetry = createTelemetry({
    writer,
    collectors: [],
    columns: [source],
    clock,
    log: () => undefined,
  });
  telemetry.addDeriver('test', ({ atMs, columns }) => derive(atMs, columns[0]?.values[0] ?? NaN));
  telemetry.onBatch((batch) => batches.push(batch));
  telemetry.start();
  await clock.advance(0);
  return { clock, writer, telemetry, batches };
}

describe('a source of columns', () => {
  it('is read once a second, committed and told as one batch with what is derived from it', async () => {
    const { clock, writer, telemetry, batches } = await started(rows([300, 60, NaN], [310, 61, NaN]), (_atMs, powerW) => [
      { device: 'room', label: 'Room', metric: 'it.power', provenance: 'simulated', value: powerW },
    ]);
    await clock.advance(1_000);
    expect(writer.commits.map((commit) => commit.map(({ value }) => value))).toEqual([
      [300, 300, 60],
      [310, 310, 61],
    ]);
    expect(batches).toHaveLength(2);
    expect(telemetry.latest('node/a/gpu0', 'gpu.power')).toMatchObject({ value: 310, provenance: 'simulated' });
    // A series that never had a value is not made.
    expect(writer.series.map(({ metric }) => metric)).toEqual(['it.power', 'gpu.power', 'gpu.temperature']);
    expect((await telemetry.doctor()).map(({ id }) => id)).toContain('sensor.test');
    await telemetry.close();
  });

  it('says a gap once, and drops what no meter can mean', async () => {
    const { clock, writer, telemetry } = await started(rows([300, 60, NaN], [NaN, 61, 79], [NaN, 1e9, NaN], [320, 62, NaN]));
    for (let i = 0; i < 3; i++) await clock.advance(1_000);
    const values = (metric: string): (number | null)[] => writer.stored('node/a/gpu0', metric).map(([, value]) => value);
    expect(values('gpu.power')).toEqual([300, null, 320]);
    expect(values('gpu.temperature')).toEqual([60, 61, null, 62]);
    expect(values('gpu.xid')).toEqual([79, null]);
    await telemetry.close();
  });

  it('makes its series when the disk has room again', async () => {
    const { clock, writer, telemetry, batches } = await started(rows([300, 60, NaN]));
    await telemetry.close();
    expect(batches).toHaveLength(1);
    const again = new MemoryWriter();
    again.full = true;
    const second = createTelemetry({ writer: again, collectors: [], columns: [rows([300, 60, NaN])], clock, log: () => undefined });
    second.start();
    await clock.advance(1_000);
    expect(again.series).toEqual([]);
    again.full = false;
    await clock.advance(6_000);
    expect(again.series).toHaveLength(2);
    expect(again.stored('node/a/gpu0', 'gpu.power').length).toBeGreaterThan(0);
    expect(writer.series).toHaveLength(2);
    await second.close();
  });
});

import { describe, expect, it } from 'vitest';
import type { MetricId } from '@shared/model/metrics';
import type { Reading } from '@shared/model/series';
import { HELD_MS, Ingest, type TelemetryBatch } from '../../../../src-main/core/telemetry/ingest';
import { ManualClock } from './manual-clock';
import { MemoryWriter } from './memory-writer';

const reading = (value: number | null, device = 'gpu0', metric: MetricId = 'gpu.power'): Reading => ({
  device,
  label: device,
  metric,
  provenance: 'measured',
  value,
});

function setUp(writer = new MemoryWriter()) {
  const clock = new ManualClock();
  const logged: string[] = [];
  const ingest = new Ingest(writer, clock, (level, text) => logged.push(`${level} ${text}`));
  const batches: TelemetryBatch[] = [];
  ingest.onBatch((batch) => batches.push(batch));
  const second = async (): Promise<number> => {
    await clock.advance(1000);
    return clock.wallMs();
  };
  return { writer, clock, logged, ingest, batches, second };
}

describe('Ingest', () => {
  it('commits a whole tick of all sources in one transaction and tells listeners the same batch', () => {
    const { ingest, writer, batches } = setUp();
    ingest.tick(1000, [
      { source: 'a', readings: [reading(1), reading(2, 'gpu1')] },
      { source: 'b', readings: [reading(3, 'host', 'cpu.load')] },
    ]);
    expect(writer.commits).toHaveLength(1);
    expect(writer.commits[0]).toHaveLength(3);
    expect(batches).toEqual([{ atMs: 1000, samples: writer.commits[0] }]);
  });

  it('writes one null when a series that had a value is gone, not one each tick', () => {
    const { ingest, writer } = setUp();
    ingest.tick(1000, [{ source: 'a', readings: [reading(1), reading(9, 'gpu1')] }]);
    ingest.tick(2000, [{ source: 'a', readings: [reading(2)] }]);
    ingest.tick(3000, [{ source: 'a', readings: [reading(3), reading(null, 'gpu1')] }]);
    ingest.tick(4000, [{ source: 'a', readings: [reading(4), reading(10, 'gpu1')] }]);
    expect(writer.stored('gpu1', 'gpu.power')).toEqual([
      [1000, 9],
      [2000, null],
      [4000, 10],
    ]);
    expect(writer.stored('gpu0', 'gpu.power')).toEqual([
      [1000, 1],
      [2000, 2],
      [3000, 3],
      [4000, 4],
    ]);
  });

  it('writes the gap of every series of a source that failed, and none of one that was simply not asked', () => {
    const { ingest, writer } = setUp();
    ingest.tick(1000, [
      { source: 'a', readings: [reading(1)] },
      { source: 'slow', readings: [reading(5, 'gpu1')] },
    ]);
    ingest.tick(2000, [{ source: 'a', readings: null }]);
    ingest.tick(3000, [{ source: 'a', readings: null }]);
    expect(writer.stored('gpu0', 'gpu.power')).toEqual([
      [1000, 1],
      [2000, null],
    ]);
    expect(writer.stored('gpu1', 'gpu.power')).toEqual([[1000, 5]]);
  });

  it('makes no series for a quantity that never had a value', () => {
    const { ingest, writer } = setUp();
    ingest.tick(1000, [{ source: 'a', readings: [reading(null)] }]);
    ingest.append(1000, [reading(null)]);
    expect(writer.series).toEqual([]);
    expect(writer.commits).toEqual([]);
  });

  it('finds the series of earlier sessions again and tells listeners of new and renamed ones only', () => {
    const writer = new MemoryWriter();
    writer.ensureSeries({ device: 'gpu0', label: 'gpu0', metric: 'gpu.power', provenance: 'measured' });
    const { ingest } = setUp(writer);
    const lists: number[] = [];
    ingest.onSeries(({ changed }) => lists.push(changed.length));
    ingest.append(1000, [reading(1)]);
    expect(lists).toEqual([]);
    ingest.append(2000, [reading(1, 'gpu1'), reading(1, 'gpu2')]);
    expect(lists).toEqual([2]);
    ingest.append(3000, [{ ...reading(1), label: 'NVIDIA H100' }]);
    ingest.append(4000, [{ ...reading(1), label: 'NVIDIA H100' }]);
    expect(lists).toEqual([2, 1]);
    expect(ingest.listSeries().find(({ device }) => device === 'gpu0')?.label).toBe('NVIDIA H100');
    expect(writer.series).toHaveLength(3);
  });

  it('lets the series of a run that is over go with the last of its samples in memory, and says so', async () => {
    const { ingest, clock } = setUp();
    const loss: Reading = { ...reading(2, 'run/r1'), metric: 'train.loss' };
    ingest.append(clock.wallMs(), [reading(1), loss]);
    const [gpu, run] = ingest.listSeries();
    const changes: unknown[] = [];
    ingest.onSeries((change) => changes.push(change));
    ingest.endDevice('run/r1');
    await clock.advance(60_000);
    ingest.append(clock.wallMs(), [reading(1)]);
    expect(ingest.listSeries()).toEqual([gpu, run]);
    await clock.advance(HELD_MS + 60_000);
    ingest.append(clock.wallMs(), [reading(1)]);
    expect(ingest.listSeries()).toEqual([gpu]);
    expect(changes).toEqual([{ changed: [], removed: [run?.id] }]);
    expect(ingest.backlog(0, null).map(({ seriesId }) => seriesId)).toEqual([gpu?.id]);
  });

  it('keeps measured and modelled values of one quantity apart', () => {
    const { ingest, writer } = setUp();
    ingest.append(1000, [reading(1, 'cpu0', 'cpu.power'), { ...reading(2, 'cpu0', 'cpu.power'), provenance: 'modelled' }]);
    expect(writer.series.map(({ provenance }) => provenance)).toEqual(['measured', 'modelled']);
  });

  it('sorts late samples of a training in and lets the last of a repeated time count', async () => {
    const { ingest, clock } = setUp();
    const at = clock.wallMs();
    ingest.append(at, [reading(1, 'run/a', 'train.loss')]);
    ingest.append(at + 20.4, [reading(3, 'run/a', 'train.loss')]);
    ingest.append(at + 10, [reading(2, 'run/a', 'train.loss')]);
    ingest.append(at + 20, [reading(4, 'run/a', 'train.loss')]);
    expect(ingest.backlog(0, [1])).toEqual([{ seriesId: 1, atMs: [at, at + 10, at + 20], values: [1, 2, 4] }]);
    expect(() => ingest.append(Number.NaN, [reading(1)])).toThrow(RangeError);
  });

  it('holds about fifteen minutes, then gives the memory of ended series back', async () => {
    const { ingest, clock } = setUp();
    ingest.append(clock.wallMs(), [reading(1, 'run/a', 'train.loss')]);
    await clock.advance(HELD_MS / 2);
    ingest.append(clock.wallMs(), [reading(2)]);
    expect(ingest.backlog(0, null)).toHaveLength(2);
    await clock.advance(HELD_MS / 2 + 1000);
    ingest.append(clock.wallMs(), [reading(3)]);
    expect(ingest.last(1)).toBeNull();
    expect(ingest.backlog(0, null).map(({ values }) => values)).toEqual([[2, 3]]);
  });

  it('holds the newest of an hourly meter for as long as its source tells it, and no longer', async () => {
    const { ingest, clock } = setUp();
    const takenMs = clock.wallMs() - 50 * 60_000;
    const hourly = { ...reading(7, 'sensor/csv-1', 'meter.power'), atMs: takenMs };
    const tick = (readings: readonly Reading[]): void => ingest.tick(clock.wallMs(), [{ source: 'csv-1', readings }]);
    for (let i = 0; i < 3; i++) {
      tick([hourly]);
      await clock.advance(HELD_MS);
    }
    expect(ingest.last(1)).toEqual({ atMs: takenMs, value: 7 });
    expect(ingest.backlog(0, null)).toEqual([{ seriesId: 1, atMs: [takenMs], values: [7] }]);
    tick([]);
    expect(ingest.last(1)?.value).toBeNull();
    await clock.advance(2 * HELD_MS);
    ingest.append(clock.wallMs(), [reading(1)]);
    expect(ingest.last(1)).toBeNull();
  });

  it('holds as long of what is sampled ten times a second', () => {
    const { ingest, clock } = setUp();
    const at = clock.wallMs() - HELD_MS;
    for (let ms = 0; ms < HELD_MS; ms += 100) ingest.append(at + ms, [reading(ms)]);
    expect(ingest.backlog(0, [1])[0]?.atMs).toHaveLength(HELD_MS / 100);
  });

  it('forgets times to come when the clock was set back, and goes on from there', () => {
    const { ingest, clock } = setUp();
    const at = clock.wallMs();
    ingest.append(at, [reading(1)]);
    ingest.append(at + 60_000, [reading(2)]);
    ingest.forgetAfter(at + 1000);
    ingest.append(at + 1000, [reading(3)]);
    expect(ingest.backlog(0, null)).toEqual([{ seriesId: 1, atMs: [at, at + 1000], values: [1, 3] }]);
  });

  it('goes on live while the disk is full, says so once, and records what waited when there is room again', async () => {
    const { ingest, writer, batches, logged, second } = setUp();
    const first = await second();
    ingest.tick(first, [{ source: 'a', readings: [reading(1)] }]);
    writer.full = true;
    for (let i = 0; i < 12; i++) ingest.tick(await second(), [{ source: 'a', readings: [reading(i)] }]);
    expect(batches).toHaveLength(13);
    expect(writer.commits).toHaveLength(1);
    expect(ingest.recording()).toEqual({ works: false, error: 'the disk is full', waiting: 12, lost: 0 });
    expect(logged.filter((line) => line.startsWith('error'))).toHaveLength(1);
    writer.full = false;
    for (let i = 0; i < 6; i++) ingest.tick(await second(), [{ source: 'a', readings: [reading(100 + i)] }]);
    expect(ingest.recording()).toEqual({ works: true, error: null, waiting: 0, lost: 0 });
    expect(writer.stored('gpu0', 'gpu.power')).toHaveLength(19);
    expect(logged.at(-1)).toBe('info recording works again');
  });

  it('holds a bounded number of samples while the disk is full and counts those given up', async () => {
    const { ingest, writer, second } = setUp();
    const many = Array.from({ length: 1_000 }, (_, i) => reading(1, `cpu0/core${i}`, 'cpu.core.load'));
    ingest.tick(await second(), [{ source: 'a', readings: many }]);
    writer.full = true;
    for (let i = 0; i < 220; i++) ingest.tick(await second(), [{ source: 'a', readings: many }]);
    expect(ingest.recording()).toMatchObject({ waiting: 200_000, lost: 20_000 });
  }, 60_000);

  it('tries once more to record what waits when it closes', async () => {
    const { ingest, writer, second } = setUp();
    ingest.tick(await second(), [{ source: 'a', readings: [reading(1)] }]);
    writer.full = true;
    ingest.tick(await second(), [{ source: 'a', readings: [reading(2)] }]);
    writer.full = false;
    ingest.close();
    expect(writer.stored('gpu0', 'gpu.power').map(([, value]) => value)).toEqual([1, 2]);
  });

  it('lets one listener that throws not keep the others from hearing', () => {
    const { ingest, batches, logged } = setUp();
    const heard: number[] = [];
    ingest.onBatch(() => {
      throw new Error('broken page');
    });
    ingest.onBatch(({ atMs }) => heard.push(atMs));
    ingest.append(1000, [reading(1)]);
    expect(heard).toEqual([1000]);
    expect(batches).toHaveLength(1);
    expect(logged).toEqual(['error a telemetry listener failed: broken page']);
  });
});

describe('a reading with a time of its own', () => {
  const taken = (value: number, atMs: number): Reading => ({ ...reading(value, 'sensor/m', 'meter.power'), atMs });

  it('is stored once at that time, before the tick, however often it is read', () => {
    const { ingest, writer, batches } = setUp();
    ingest.tick(10_000, [{ source: 'a', readings: [taken(5, 7_000), reading(1)] }]);
    ingest.tick(11_000, [{ source: 'a', readings: [taken(5, 7_000), reading(1)] }]);
    ingest.tick(12_000, [{ source: 'a', readings: [taken(6, 11_500), reading(1)] }]);
    expect(writer.stored('sensor/m', 'meter.power')).toEqual([
      [7_000, 5],
      [11_500, 6],
    ]);
    expect(batches.map(({ atMs }) => atMs)).toEqual([7_000, 10_000, 11_000, 11_500, 12_000]);
  });

  it('that is corrected replaces what was told for its time; a gap is of when it was found', () => {
    const { ingest, writer } = setUp();
    ingest.tick(10_000, [{ source: 'a', readings: [taken(5, 7_000)] }]);
    ingest.tick(11_000, [{ source: 'a', readings: [taken(6, 7_000)] }]);
    ingest.tick(12_000, [{ source: 'a', readings: [] }]);
    expect(writer.stored('sensor/m', 'meter.power').slice(-2)).toEqual([
      [7_000, 6],
      [12_000, null],
    ]);
  });
});

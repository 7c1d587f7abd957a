import { describe, expect, it } from 'vitest';
import { csvChunks } from '../../../src-main/core/store/samples/csv-export';
import type { StoreWriter } from '../../../src-main/core/store/types';
import { NOON_MS, seriesKey, chartReader, testWriter } from './support/stores';

/** Records `values[i]` at `fromMs + i · everyMs` as one series. */
function record(writer: StoreWriter, device: string, values: readonly (number | null)[], fromMs = NOON_MS, everyMs = 1000): number {
  const { id } = writer.samples.ensureSeries(seriesKey({ device }));
  writer.samples.commit(values.map((value, i) => ({ seriesId: id, atMs: fromMs + i * everyMs, value })));
  return id;
}

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
describe('csv', () => {
  const gather = async (pieces: AsyncIterable<string>): Promise<string[]> => {
    const all: string[] = [];
    for await (const piece of pieces) all.push(piece);
    return all;
  };

  it('says what was written: quoted, in UTC, missing as an empty field, formulas made harmless', async () => {
    const writer = testWriter();
    const a = writer.samples.ensureSeries(seriesKey({ label: 'Disk "fast", 2 TB\nrev. B' })).id;
    const b = writer.samples.ensureSeries(
      seriesKey({ device: 'sensor/=1+1', metric: 'sensor.temperature', provenance: 'simulated', label: '=HYPERLINK("http://x")' }),
    ).id;
    const c = writer.samples.ensureSeries(seriesKey({ device: 'host', metric: 'cost.rate', label: '-1' })).id;
    writer.samples.commit([
      { seriesId: a, atMs: NOON_MS, value: 0.1 + 0.2 },
      { seriesId: a, atMs: NOON_MS + 1, value: null },
      { seriesId: b, atMs: NOON_MS + 999, value: 21.5 },
      { seriesId: c, atMs: NOON_MS, value: -4 },
    ]);
    const reader = await chartReader(writer.path);
    const text = (await gather(csvChunks(reader.samples, { seriesIds: [a, b, c, 77], fromMs: NOON_MS, toMs: NOON_MS + 999 }))).join('');
    expect(text.split('\r\n')).toEqual([
      'time_utc,at_ms,device,label,metric,unit,provenance,value',
      `2026-11-23T12:00:00.000Z,${NOON_MS},gpu0,"Disk ""fast"", 2 TB\nrev. B",gpu.power,W,measured,0.30000000000000004`,
      `2026-11-23T12:00:00.001Z,${NOON_MS + 1},gpu0,"Disk ""fast"", 2 TB\nrev. B",gpu.power,W,measured,`,
      `2026-11-23T12:00:00.999Z,${NOON_MS + 999},sensor/=1+1,"'=HYPERLINK(""http://x"")",sensor.temperature,°C,simulated,21.5`,
      `2026-11-23T12:00:00.000Z,${NOON_MS},host,'-1,cost.rate,¤/h,measured,-4`,
      '',
    ]);
  });

  it('comes in pieces that together are every sample of every series once', async () => {
    const writer = testWriter();
    const ids = ['gpu0', 'gpu1', 'gpu2'].map((device, i) => record(writer, device, count(2500 - i)));
    const reader = await chartReader(writer.path);
    const pieces = await gather(csvChunks(reader.samples, { seriesIds: ids, fromMs: 0, toMs: NOON_MS * 2 }));
    expect(pieces.length).toBeGreaterThan(3);
    const rows = pieces
      .join('')
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(','));
    expect(rows.map((row) => [row[2], Number(row[1]), Number(row[7])])).toEqual(
      ['gpu0', 'gpu1', 'gpu2'].flatMap((device, i) => count(2500 - i).map((n) => [device, NOON_MS + n * 1000, n])),
    );
  });

  it('of nothing is a header', async () => {
    const writer = testWriter();
    const reader = await chartReader(writer.path);
    expect(await gather(csvChunks(reader.samples, { seriesIds: [1], fromMs: 0, toMs: 1 }))).toEqual([
      'time_utc,at_ms,device,label,metric,unit,provenance,value\r\n',
    ]);
  });

  it('is fetched only as it is taken, and stops when its taker does', async () => {
    const writer = testWriter();
    const id = record(writer, 'gpu0', count(10_000));
    const reader = await chartReader(writer.path);
    const pieces = csvChunks(reader.samples, { seriesIds: [id], fromMs: 0, toMs: NOON_MS * 2 })[Symbol.asyncIterator]();
    await pieces.next();
    // Written after the first piece was taken, far behind it: a reader that ran ahead would have passed it by.
    writer.samples.commit([{ seriesId: id, atMs: NOON_MS + 9_998_500, value: 123_456 }]);
    let seen = false;
    for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) seen ||= piece.value.includes('123456');
    expect(seen).toBe(true);
    for await (const _ of csvChunks(reader.samples, { seriesIds: [id], fromMs: 0, toMs: NOON_MS * 2 })) break;
    expect(await reader.samples.extent()).toEqual({ fromMs: NOON_MS, toMs: NOON_MS + 9_999_000 });
  });
});

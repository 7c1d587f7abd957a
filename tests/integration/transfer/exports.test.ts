import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, expect, it, vi } from 'vitest';
import { exportFormats, type ExportEntry, type ExportRequest } from '@shared/model/export';
import { exportChunks } from '../../../src-main/core/transfer/export';
import { writeExport } from '../../../src-main/core/transfer/export-file';
import { exportName, Exports } from '../../../src-main/core/transfer/exports';
import { NOON_MS, seriesKey, temporaryFolder, testReader, testWriter } from '../store/support/stores';

const SAMPLES = 60_000;
const request: ExportRequest = { fromMs: NOON_MS, toMs: NOON_MS + SAMPLES * 1000, seriesIds: [1], format: 'csv' };
const opened: Exports[] = [];
afterEach(async () => {
  for (const exports of opened.splice(0)) await exports.close();
});

async function open(chooseSavePath: ((name: string) => Promise<string | null>) | null) {
  const writer = testWriter(temporaryFolder());
  const { id } = writer.samples.ensureSeries(seriesKey({ device: 'gpu0' }));
  expect(id).toBe(1);
  for (let from = 0; from < SAMPLES; from += 20_000)
    writer.samples.commit(Array.from({ length: 20_000 }, (_, i) => ({ seriesId: id, atMs: NOON_MS + (from + i) * 1000, value: i % 700 })));
  const reader = await testReader(writer.path);
  const exports = new Exports({ reader, chooseSavePath, showFile: null, log: () => undefined });
  opened.push(exports);
  const states: ExportEntry[] = [];
  exports.changed.on(({ exports: entries }) => states.push(...entries.slice(-1)));
  const expected = async (format: (typeof exportFormats)[number]): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    const { format: _format, ...selection } = request;
    for await (const { bytes } of exportChunks({ reader, series: writer.samples.listSeries(), format, selection })) chunks.push(bytes);
    return Buffer.concat(chunks);
  };
  const over = (): Promise<void> =>
    vi.waitFor(() => expect(exports.state.exports.every(({ state }) => !/waiting|writing/.test(state))).toBe(true), 20_000);
  return { exports, states, expected, over };
}

it('writes the file that a person chose, under its name only once it is whole', async () => {
  const folder = temporaryFolder();
  const asked: string[] = [];
  const { exports, states, expected, over } = await open((name) => (asked.push(name), Promise.resolve(join(folder, 'mine.csv'))));
  writeFileSync(join(folder, 'mine.csv'), 'what was there before');
  expect(await exports.start(request)).toEqual({ id: expect.any(String), url: null });
  expect(readFileSync(join(folder, 'mine.csv'), 'utf8')).toBe('what was there before');
  await over();
  const text = readFileSync(join(folder, 'mine.csv'));
  expect(text.equals(await expected('csv'))).toBe(true);
  expect(asked).toEqual([exportName(request)]);
  expect(states[0]).toMatchObject({ name: 'mine.csv', state: 'writing', rows: 0 });
  expect(states.at(-1)).toMatchObject({ state: 'done', rows: SAMPLES, bytes: text.length, error: null });
  expect(readdirSync(folder)).toEqual(['mine.csv']);
});

it('begins nothing when no file was chosen', async () => {
  const { exports, states } = await open(() => Promise.resolve(null));
  expect(await exports.start(request)).toEqual({ id: null, url: null });
  expect(states).toEqual([]);
});

it('leaves nothing of one that is cancelled, and what was there before', async () => {
  const folder = temporaryFolder();
  const { exports, over } = await open(() => Promise.resolve(join(folder, 'mine.csv')));
  writeFileSync(join(folder, 'mine.csv'), 'before');
  const { id } = await exports.start(request);
  exports.cancel(id ?? '');
  await over();
  await exports.close();
  expect(exports.state.exports).toMatchObject([{ state: 'cancelled', error: null }]);
  expect(readdirSync(folder)).toEqual(['mine.csv']);
  expect(readFileSync(join(folder, 'mine.csv'), 'utf8')).toBe('before');
});

it('says that a folder cannot be written', async () => {
  const { exports, over } = await open(() => Promise.resolve(join(temporaryFolder(), 'gone', 'mine.csv')));
  await exports.start(request);
  await over();
  expect(exports.state.exports).toMatchObject([{ state: 'failed', error: { code: 'storage-failed' } }]);
});

it.runIf(process.platform === 'linux')('says that the disk is full, and leaves no half file', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'full'));
  // The kernel's own full device stands where the bytes go.
  symlinkSync('/dev/full', join(folder, 'full', 'mine.csv.part'));
  const chunks = (async function* () {
    yield await Promise.resolve({ bytes: new Uint8Array(1024), rows: 1 });
  })();
  const writing = writeExport(join(folder, 'full', 'mine.csv'), join(folder, 'full', 'mine.csv.part'), chunks);
  await expect(writing).rejects.toMatchObject({ code: 'storage-full' });
  expect(readdirSync(join(folder, 'full'))).toEqual([]);
});

it.each(exportFormats)('without dialogs, %s is fetched once, chunk by chunk, as it is made', async (format) => {
  const { exports, expected } = await open(null);
  const { id, url } = await exports.start({ ...request, format });
  expect(url).toBe(`/export/${id}`);
  const file = exports.fetch(id ?? '');
  expect(exports.fetch(id ?? '')).toBeNull();
  expect(exports.fetch('made-up')).toBeNull();
  const chunks: Uint8Array[] = [];
  for await (const chunk of file?.chunks ?? []) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  expect(bytes.equals(await expected(format))).toBe(true);
  expect(file?.name).toMatch(/^[\w.]+$/);
  expect(exports.state.exports).toMatchObject([{ state: 'done', rows: SAMPLES, bytes: bytes.length }]);
  if (format === 'parquet') {
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    expect(await parquetReadObjects({ file: buffer })).toHaveLength(SAMPLES);
  }
});

it('counts a browser that went away half-way as cancelled', async () => {
  const { exports } = await open(null);
  const { id } = await exports.start(request);
  for await (const chunk of exports.fetch(id ?? '')?.chunks ?? []) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  expect(exports.state.exports).toMatchObject([{ state: 'cancelled' }]);
  expect(existsSync(exportName(request))).toBe(false);
});

it('counts a browser that went away before the first chunk as cancelled', async () => {
  const { exports } = await open(null);
  for (const end of ['return', 'throw'] as const) {
    const { id } = await exports.start(request);
    const chunks = exports.fetch(id ?? '')?.chunks[Symbol.asyncIterator]();
    await chunks?.[end]?.().catch(() => undefined);
  }
  expect(exports.state.exports).toMatchObject([{ state: 'cancelled' }, { state: 'cancelled' }]);
});

it('names files so that every file system takes them', () => {
  expect(exportName({ ...request, fromMs: 0, toMs: 8_640_000_000_000_000 })).toMatch(/^[\w.]+$/);
  expect(exportName({ ...request, fromMs: NOON_MS, toMs: NOON_MS + 1000, format: 'openmetrics' })).toMatch(
    /^coldaisle_\d{8}T\d{6}Z_\d{8}T\d{6}Z\.om$/,
  );
});

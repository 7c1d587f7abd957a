import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AppError } from '@shared/contract/errors';
import type { ExportRequest } from '@shared/model/export';
import { foundOut, IMPORT_CHUNK_BYTES } from '@shared/model/import';
import type { Series } from '@shared/model/series';
import type { Activity } from '../../../src-renderer/data/activity';
import type { FileLike } from '../../../src-renderer/data/import-upload';
import { Work } from '../../../src-renderer/data/work';
import { startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 20 });
const SAMPLES = 120;
const firstMs = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;

/** One core that asks where to save, as on a desktop, and one for a browser; both hold the same two series. */
let desktop: TestCore;
let browser: TestCore;
let request: ExportRequest;
const folder = mkdtempSync(join(tmpdir(), 'coldaisle-work-'));
/** What the person answers next. */
let chosen: string | null = null;
const shown: string[] = [];

function record({ inside: { store } }: TestCore): ExportRequest {
  const series: Series[] = store.samples.ensureAllSeries(
    ['a', 'b'].map((name) => ({ device: `sensor/${name}`, label: name, metric: 'sensor.temperature', provenance: 'measured' })),
  );
  const at = (n: number): number => firstMs + n * 1000;
  store.samples.commit(
    series.flatMap(({ id }, s) => Array.from({ length: SAMPLES }, (_, n) => ({ seriesId: id, atMs: at(n), value: s * 100 + n }))),
  );
  return { seriesIds: series.map(({ id }) => id), fromMs: at(0), toMs: at(SAMPLES), format: 'csv' };
}

beforeAll(async () => {
  [desktop, browser] = await Promise.all([
    startTestCore({ scenario: 'workstation', chooseSavePath: () => Promise.resolve(chosen), showFile: (path) => void shown.push(path) }),
    startTestCore({ scenario: 'workstation' }),
  ]);
  request = record(desktop);
  expect(record(browser)).toEqual(request);
});
afterAll(async () => {
  await Promise.all([desktop.close(), browser.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const works: Work[] = [];
afterEach(() => works.splice(0).forEach((work) => work.dispose()));

/** A window, and what its list of long work tells. */
function open(core: TestCore): TestPage & { work: Work; fetched: string[]; of: (name: string) => Activity | undefined } {
  const page = core.open();
  const fetched: string[] = [];
  const work = new Work(page.client, { fetchFile: (url) => void fetched.push(url), clock: () => performance.now() });
  works.push(work);
  return { ...page, work, fetched, of: (name) => work.get().find((one) => one.name === name) };
}

/** The lines of a file of these exports, without its heading. */
const rowsOf = (text: string): string[] => text.trim().split('\n').slice(1);
const idOf = (url: string): string => url.slice('/export/'.length);

describe('an export', () => {
  it('is written by the core to the file that a person chose, and shown in its folder', async () => {
    chosen = join(folder, 'chosen.csv');
    const { work, fetched, of } = open(desktop);
    await work.startExport(request);
    await soon(() =>
      expect(of('chosen.csv')).toMatchObject({ kind: 'export', state: 'done', share: 1, rows: 2 * SAMPLES, canShow: true, error: null }),
    );
    expect(fetched).toEqual([]);
    const rows = rowsOf(readFileSync(chosen, 'utf8'));
    expect(rows).toHaveLength(2 * SAMPLES);
    expect(rows.filter((row) => row.includes('sensor/b') && row.includes(',219'))).toHaveLength(1);
    await work.show(of('chosen.csv')!);
    expect(shown).toEqual([chosen]);
    rmSync(chosen);
    await expect(work.show(of('chosen.csv')!)).rejects.toMatchObject({ code: 'not-found' });
    await work.dismiss(of('chosen.csv')!);
  });

  it('is fetched by the browser where the core has no dialog, and by another window seen until it is dismissed', async () => {
    const { work, fetched } = open(browser);
    await work.startExport(request);
    expect(fetched).toHaveLength(1);
    const file = browser.core.download(idOf(fetched[0]!))!;
    await soon(() => expect(work.get().at(-1)).toMatchObject({ name: file.name, state: 'running' }));
    const pieces: Uint8Array[] = [];
    for await (const piece of file.chunks) pieces.push(piece);
    expect(rowsOf(Buffer.concat(pieces).toString())).toHaveLength(2 * SAMPLES);
    // The window is loaded anew: it finds what its core has done.
    const again = open(browser);
    await soon(() => expect(again.of(file.name)).toMatchObject({ state: 'done', rows: 2 * SAMPLES, canShow: false }));
    await again.work.dismiss(again.of(file.name)!);
    await soon(() => expect([again.of(file.name), work.get().find(({ name }) => name === file.name)]).toEqual([undefined, undefined]));
  });

  it('that failed says why and stays until it is dismissed', async () => {
    chosen = join(folder, 'no such folder', 'a.csv');
    const { work, of } = open(desktop);
    await work.startExport(request);
    await soon(() => expect(of('a.csv')).toMatchObject({ state: 'failed', error: { code: 'storage-failed' } }));
    const again = open(desktop);
    await soon(() => expect(again.of('a.csv')).toMatchObject({ state: 'failed' }));
    await work.dismiss(of('a.csv')!);
    await soon(() => expect(again.of('a.csv')).toBeUndefined());
  });

  it('that is cancelled leaves the list and the core', async () => {
    const { work, fetched, client } = open(browser);
    await work.startExport(request);
    await soon(() => expect(work.get().at(-1)).toMatchObject({ kind: 'export', state: 'waiting' }));
    await work.cancel(work.get().at(-1)!);
    // In its turn: the core has dealt with the cancelling before it answers this.
    await client.call('settings.get', {});
    expect(browser.core.download(idOf(fetched[0]!))).toBeNull();
    expect(work.get()).toEqual([]);
  });

  it('begins not where no file was chosen, and tells why where the core begins none', async () => {
    chosen = null;
    const { work, wire } = open(desktop);
    await work.startExport(request);
    expect(work.get()).toEqual([]);
    wire.refuse('export.start', new AppError('conflict', 'too many'));
    await expect(work.startExport(request)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('that was lost with its core is told of as lost, never silently gone', async () => {
    const { work, client, wire } = open(browser);
    await work.startExport(request);
    await soon(() => expect(work.get()).toMatchObject([{ state: 'waiting' }]));
    wire.cut();
    // Another core answers, which knows nothing of it.
    client.attach(desktop.open().wire.plug());
    await soon(() => expect(work.get()).toMatchObject([{ kind: 'export', state: 'failed', error: { code: 'disconnected' } }]));
    await work.dismiss(work.get()[0]!);
    expect(work.get()).toEqual([]);
  });
});

describe('an upload', () => {
  const LINES = 30_000;
  const content = ['time,PDU 1 power [W]', ...Array.from({ length: LINES }, (_, i) => `${firstMs + i * 1000},${400 + (i % 100)}.25`)].join(
    '\n',
  );
  const file = (name: string): FileLike => ({
    name,
    size: content.length,
    lastModified: 1_700_000_000_000,
    slice: (from, to) => new Blob([content.slice(from, to)]),
  });
  const plan = {
    timeColumn: 'time',
    rules: [{ name: 'PDU 1 power [W]', metric: 'facility.meter.power' as const, device: 'room/pdu1', scale: 1 }],
    csv: foundOut,
    machine: null,
  };

  it('goes on where it was after a lost connection, then its import is followed by every window', async () => {
    const { work, wire, reconnect, of, client } = open(browser);
    const held = wire.hold('import.chunk');
    work.uploads.start(file('pdu.csv'));
    await wire.until(() => held.length === 1);
    expect(of('pdu.csv')).toMatchObject({ kind: 'upload', state: 'running', share: 0 });
    held[0]!.release();
    await wire.until(() => held.length === 2);
    // The second chunk is lost on its way.
    wire.cut();
    reconnect();
    await wire.until(() => held.length === 3);
    expect(held[2]!.input.offset).toBe(IMPORT_CHUNK_BYTES);
    held[2]!.release();
    for (let next = 3; of('pdu.csv')?.state !== 'done'; next += 1) {
      await wire.until(() => held.length > next || of('pdu.csv')?.state === 'done');
      held[next]?.release();
    }
    expect(of('pdu.csv')).toMatchObject({ state: 'done', share: 1, bytes: content.length });

    const { id } = held[0]!.input;
    const other = open(browser);
    await other.client.call('import.start', { id, plan });
    await soon(() => expect(of('pdu.csv')).toMatchObject({ kind: 'import', state: 'done', rows: LINES }));
    await work.dismiss(of('pdu.csv')!);
    expect(of('pdu.csv')).toBeUndefined();
    // It was over when this window came: no news of its.
    const late = open(browser);
    await soon(() => expect(late.work.imports.get().state).toBe('ready'));
    expect(late.of('pdu.csv')).toBeUndefined();
    await client.call('import.forget', { id });
  });

  it('waits for the one before it; a window loaded anew says that the rest is to come; one given up is forgotten', async () => {
    const { work, wire, of } = open(browser);
    const held = wire.hold('import.chunk');
    work.uploads.start(file('one.csv'));
    work.uploads.start(file('two.csv'));
    await wire.until(() => held.length === 1);
    expect(of('two.csv')).toMatchObject({ kind: 'upload', state: 'waiting' });
    held[0]!.release();
    await wire.until(() => held.length === 2);
    const again = open(browser);
    await soon(() => expect(again.of('one.csv')).toMatchObject({ kind: 'upload', state: 'stopped', bytes: IMPORT_CHUNK_BYTES }));
    await work.cancel(of('one.csv')!);
    held[1]!.release();
    await soon(() => expect([of('one.csv'), again.of('one.csv')]).toEqual([undefined, undefined]));
    await wire.until(() => held.length === 3);
    expect(of('two.csv')).toMatchObject({ state: 'running' });
    await work.cancel(of('two.csv')!);
  });

  it('that is refused says why', async () => {
    const { work, wire, of } = open(browser);
    wire.refuse('import.beginUpload', new AppError('storage-full', 'full'));
    work.uploads.start(file('big.csv'));
    await soon(() => expect(of('big.csv')).toMatchObject({ state: 'failed', error: { code: 'storage-full' } }));
    await work.dismiss(of('big.csv')!);
    expect(of('big.csv')).toBeUndefined();
  });
});

describe('a backup', () => {
  it('is the core’s: it is made though its window is gone, and another window tells of it', async () => {
    const { client, wire } = open(desktop);
    const making = client.call('backup.create', {}).catch((error: unknown) => error);
    const watching = open(desktop);
    await wire.until(() => wire.callsOf('backup.create').length === 1);
    wire.cut();
    expect(await making).toMatchObject({ code: 'disconnected' });
    await soon(() => expect(watching.work.get().find(({ kind }) => kind === 'backup')).toMatchObject({ state: 'done', canShow: true }));
    const made = watching.work.get().find(({ kind }) => kind === 'backup')!;
    expect(
      readFileSync(join(desktop.dataDir, 'scenarios', 'workstation', 'backups', made.name))
        .subarray(0, 15)
        .toString(),
    ).toBe('SQLite format 3');
    await watching.work.show(made);
    expect(shown.at(-1)).toContain(made.name);
    await watching.work.dismiss(made);
    await soon(() => expect(open(desktop).of(made.name)).toBeUndefined());
  });

  it('that cannot be made says why until it is dismissed', async () => {
    const at = join(browser.dataDir, 'scenarios', 'workstation', 'backups');
    writeFileSync(at, 'a file where the folder should be');
    const { client, work } = open(browser);
    await expect(client.call('backup.create', {})).rejects.toMatchObject({ code: 'storage-failed' });
    const again = open(browser);
    const told = (of: Work): Activity | undefined => of.get().find(({ kind }) => kind === 'backup');
    await soon(() => expect(told(again.work)).toMatchObject({ state: 'failed', error: { code: 'storage-failed' } }));
    await again.work.dismiss(told(again.work)!);
    await soon(() => expect(told(work)).toBeUndefined());
    rmSync(at);
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { AppError } from '@shared/contract/errors';
import type { ExportRequest } from '@shared/model/export';
import type { Series } from '@shared/model/series';
import { HistoryExport } from '../../../src-renderer/data/history-export';
import { startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 20 });
const SAMPLES = 120;
const firstMs = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;

/** One core that asks where to save, as on a desktop, and one for a browser; both hold the same two series. */
let desktop: TestCore;
let browser: TestCore;
let request: ExportRequest;
const folder = mkdtempSync(join(tmpdir(), 'coldaisle-exports-'));
/** What the person answers next. */
let chosen: string | null = null;

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
    startTestCore({ scenario: 'workstation', chooseSavePath: () => Promise.resolve(chosen) }),
    startTestCore({ scenario: 'workstation' }),
  ]);
  request = record(desktop);
  expect(record(browser)).toEqual(request);
});
afterAll(async () => {
  await Promise.all([desktop.close(), browser.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const exporters: HistoryExport[] = [];
afterEach(() => exporters.splice(0).forEach((exporter) => exporter.dispose()));

function open(core: TestCore): TestPage & { exporter: HistoryExport; fetched: string[]; states: string[] } {
  const page = core.open();
  const fetched: string[] = [];
  const exporter = new HistoryExport(page.client, (url) => void fetched.push(url));
  const states: string[] = [];
  exporter.state.subscribe(() => states.push(exporter.state.get().kind));
  exporters.push(exporter);
  return { ...page, exporter, fetched, states };
}

/** The lines of a file of these exports, without its heading. */
const rowsOf = (text: string): string[] => text.trim().split('\n').slice(1);

it('follows what the core writes to a file that a person chose', async () => {
  chosen = join(folder, 'chosen.csv');
  const { exporter, fetched, states } = open(desktop);
  await exporter.start(request);
  await soon(() => expect(exporter.state.get()).toEqual({ kind: 'done', rows: 2 * SAMPLES }));
  expect(states[0]).toBe('running');
  expect(fetched).toEqual([]);
  const rows = rowsOf(readFileSync(chosen, 'utf8'));
  expect(rows).toHaveLength(2 * SAMPLES);
  expect(rows.filter((row) => row.includes('sensor/b') && row.includes(',219'))).toHaveLength(1);
});

it('has the browser fetch the file where the core has no dialog', async () => {
  const { exporter, fetched } = open(browser);
  await exporter.start(request);
  await soon(() => expect(fetched).toHaveLength(1));
  expect(exporter.state.get()).toEqual({ kind: 'running', rows: 0 });
  const file = browser.core.download(fetched[0]!.slice('/export/'.length))!;
  const pieces: Uint8Array[] = [];
  for await (const piece of file.chunks) pieces.push(piece);
  expect(rowsOf(Buffer.concat(pieces).toString())).toHaveLength(2 * SAMPLES);
  await soon(() => expect(exporter.state.get()).toEqual({ kind: 'done', rows: 2 * SAMPLES }));
});

it('says why it failed, and is idle again when it was cancelled', async () => {
  chosen = join(folder, 'no such folder', 'a.csv');
  const failing = open(desktop);
  await failing.exporter.start(request);
  await soon(() => expect(failing.exporter.state.get()).toEqual({ kind: 'failed', code: 'storage-failed' }));

  const { exporter, fetched, client } = open(browser);
  await exporter.start(request);
  await soon(() => expect(fetched).toHaveLength(1));
  exporter.cancel();
  expect(exporter.state.get()).toEqual({ kind: 'idle' });
  // In its turn: the core has dealt with the cancelling before it answers this.
  await client.call('settings.get', {});
  expect(browser.core.download(fetched[0]!.slice('/export/'.length))).toBeNull();
});

it('is idle when no file was chosen', async () => {
  chosen = null;
  const { exporter } = open(desktop);
  await exporter.start(request);
  expect(exporter.state.get()).toEqual({ kind: 'idle' });
});

it('ends in the core what was cancelled before its answer came, and does not take it up again', async () => {
  const { exporter, fetched, wire, client } = open(browser);
  const held = wire.hold('export.start');
  const started = exporter.start(request);
  await wire.until(() => held.length === 1);
  exporter.cancel();
  held[0]!.release();
  await started;
  await client.call('settings.get', {});
  expect(exporter.state.get()).toEqual({ kind: 'idle' });
  expect(wire.callsOf('export.cancel').map(({ input }) => input.id)).toEqual([held[0]!.output!.id]);
  expect(browser.core.download(held[0]!.output!.id!)).toBeNull();
  expect(fetched).toEqual([]);
});

it('says that it is lost when the core begins anew', async () => {
  const { exporter, fetched, client, wire } = open(browser);
  await exporter.start(request);
  await soon(() => expect(fetched).toHaveLength(1));
  wire.cut();
  // Another core answers, which knows nothing of it.
  client.attach(desktop.open().wire.plug());
  await soon(() => expect(exporter.state.get()).toEqual({ kind: 'failed', code: 'disconnected' }));
});

it('says when the core begins none', async () => {
  const { exporter, wire } = open(desktop);
  wire.refuse('export.start', new AppError('conflict', 'too many'));
  await exporter.start(request);
  expect(exporter.state.get()).toEqual({ kind: 'failed', code: 'conflict' });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HistoryColumns } from '@shared/model/series';
import { AppError } from '@shared/contract/errors';
import type { Cancellation } from '@shared/rpc/api';
import type { ExportEntry, ExportRequest } from '@shared/model/export';
import { HistoryExport } from '../../../../src-renderer/data/history-export';
import { HistoryLoader, type HistoryAnswer, type HistoryQuery } from '../../../../src-renderer/data/history-loader';
import { HistoryView, statistics } from '../../../../src-renderer/data/history-view';
import { settle, wire, type Wired } from '../wired';

let wired: Wired;
const query = (fromMs: number, toMs: number): HistoryQuery => ({ seriesIds: [1], fromMs, toMs, maxPoints: 100 });
const answered = (view: HistoryView): Promise<void> =>
  vi.waitFor(() => expect(view.loader.state.get()).toMatchObject({ busy: false, answer: expect.anything() }), { timeout: 4000 });
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));

afterEach(() => wired.dispose());

/** An answer's columns where each bucket has one value. */
function columnsOf(seriesId: number, atMs: readonly number[], values: readonly number[]): HistoryColumns {
  const value = Float64Array.from(values);
  return { seriesId, atMs: Float64Array.from(atMs), min: value, max: value, mean: value };
}

describe('HistoryLoader', () => {
  let asked: { fromMs: number; cancellation: Cancellation; answer: () => void }[];
  let loader: HistoryLoader;

  beforeEach(() => {
    asked = [];
    wired = wire('bare', (api) => ({
      ...api,
      commands: {
        ...api.commands,
        'history.query': ({ fromMs }, cancellation) => {
          if (fromMs === 666) throw new AppError('storage-failed', 'disk gone');
          return new Promise((resolve) =>
            asked.push({ fromMs, cancellation, answer: () => resolve({ bucketMs: 1000, columns: [columnsOf(1, [fromMs], [1])] }) }),
          );
        },
      },
    }));
    loader = new HistoryLoader(wired.client, 10);
  });

  afterEach(() => loader.dispose());

  it('asks once the hand rests, not for every step of it', async () => {
    for (let i = 1; i <= 5; i += 1) loader.request(query(i, 10_000));
    await rest();
    expect(asked.map((entry) => entry.fromMs)).toEqual([5]);
    expect(loader.state.get().busy).toBe(true);
  });

  it('cancels the question before and drops its answer', async () => {
    loader.request(query(1, 10_000));
    await rest();
    loader.request(query(2, 10_000));
    await rest();
    expect(asked[0]!.cancellation.cancelled).toBe(true);
    asked[0]!.answer();
    asked[1]!.answer();
    await settle();
    expect(loader.state.get().answer?.query.fromMs).toBe(2);
    expect(loader.state.get().busy).toBe(false);
  });

  it('keeps the last answer while a newer one is on its way', async () => {
    loader.request(query(1, 10_000));
    await rest();
    asked[0]!.answer();
    await settle();
    loader.request(query(2, 10_000));
    await rest();
    expect(loader.state.get().answer?.query.fromMs).toBe(1);
    expect(loader.state.get().busy).toBe(true);
  });

  it('tells a failure and can be asked again', async () => {
    loader.request(query(666, 10_000));
    await rest();
    expect(loader.state.get().error?.code).toBe('storage-failed');
  });

  it('asks again after a lost connection', async () => {
    loader.request(query(3, 10_000));
    await rest();
    wired.disconnect();
    await settle();
    wired.reconnect();
    await settle();
    expect(asked.map((entry) => entry.fromMs)).toEqual([3, 3]);
    asked[1]!.answer();
    await settle();
    expect(loader.state.get().answer?.query.fromMs).toBe(3);
  });
});

describe('a question for many series', () => {
  it('is asked in parts, few at a time, and answered as a whole', async () => {
    const asked: { seriesIds: readonly number[]; answer: () => void }[] = [];
    wired = wire('bare', (api) => ({
      ...api,
      commands: {
        ...api.commands,
        'history.query': ({ seriesIds }) =>
          new Promise((resolve) =>
            asked.push({
              seriesIds,
              answer: () => resolve({ bucketMs: 1000, columns: seriesIds.map((seriesId) => columnsOf(seriesId, [1], [1])) }),
            }),
          ),
      },
    }));
    const arrived: number[] = [];
    const loader = new HistoryLoader(wired.client, 1, ({ seriesId }) => arrived.push(seriesId));
    const seriesIds = Array.from({ length: 178 }, (_, i) => i + 1);
    loader.request({ seriesIds, fromMs: 0, toMs: 10_000, maxPoints: 404 });
    await rest();
    expect(asked).toHaveLength(2);
    asked[0]!.answer();
    await settle();
    expect(asked).toHaveLength(3);
    expect(arrived).toEqual([...asked[0]!.seriesIds]);
    expect(loader.state.get()).toMatchObject({ busy: true, answer: null });
    for (let i = 1; i < asked.length; i += 1) {
      asked[i]!.answer();
      await settle();
    }
    expect([...loader.state.get().answer!.columns.keys()].sort((a, b) => a - b)).toEqual(seriesIds);
    expect(loader.state.get().busy).toBe(false);
    loader.dispose();
  });
});

describe('HistoryView', () => {
  it('asks at the resolution of the shown span and gives lines with bands', async () => {
    wired = wire('bare');
    const toMs = wired.clock.nowMs;
    const view = new HistoryView(wired.client, { fromMs: toMs - 86_400_000, toMs }, [1]);
    await answered(view);
    const coarse = view.loader.state.get().answer!.bucketMs;
    const band = view.read().tracks.get('1')!;
    expect('low' in band && band.low.every((low, i) => Number.isNaN(low) || low <= band.y[i]!)).toBe(true);
    view.span.set({ fromMs: toMs - 600_000, toMs });
    await answered(view);
    expect(view.loader.state.get().answer!.bucketMs).toBeLessThan(coarse);
    view.seriesIds.set([]);
    expect(view.loader.state.get().answer).toBeNull();
    view.dispose();
  });
});

describe('the period before', () => {
  /** A core whose value at any second is that second, so that a line says itself when it was. */
  const secondsCore = (asked: { fromMs: number; toMs: number }[]): Wired =>
    wire('bare', (api) => ({
      ...api,
      commands: {
        ...api.commands,
        'history.query': ({ seriesIds, fromMs, toMs }) => {
          asked.push({ fromMs, toMs });
          const atMs = Array.from({ length: Math.floor((toMs - fromMs) / 1000) }, (_, i) => fromMs + i * 1000);
          const value = atMs.map((at) => at / 1000);
          return { bucketMs: 1, columns: seriesIds.map((seriesId) => columnsOf(seriesId, atMs, value)) };
        },
      },
    }));
  const bothDrawn = (view: HistoryView): Promise<void> =>
    vi.waitFor(() => expect([...view.read().tracks.keys()].sort()).toEqual(['7', '7-before']), { timeout: 4000 });

  it('is asked for over as long a span, and drawn with its own values over the shown one', async () => {
    const asked: { fromMs: number; toMs: number }[] = [];
    wired = secondsCore(asked);
    const view = new HistoryView(wired.client, { fromMs: 5_000_000, toMs: 5_060_000 }, [7], true);
    await bothDrawn(view);
    expect(asked).toContainEqual({ fromMs: 4_940_000, toMs: 5_000_000 });
    const { tracks } = view.read();
    const at = (track: string, x: number): number | undefined => tracks.get(track)?.y[tracks.get(track)?.x.indexOf(x) ?? -1];
    for (const x of [5_000_000, 5_030_000, 5_059_000]) expect([at('7', x), at('7-before', x)]).toEqual([x / 1000, x / 1000 - 60]);

    // A shorter span is compared with one as short, right before it.
    view.span.set({ fromMs: 5_050_000, toMs: 5_060_000 });
    await vi.waitFor(() => expect(asked).toContainEqual({ fromMs: 5_040_000, toMs: 5_050_000 }), { timeout: 4000 });
    await vi.waitFor(
      () => {
        const before = view.read().tracks.get('7-before');
        expect([before?.x[0], before?.y[0]]).toEqual([5_050_000, 5_040]);
      },
      { timeout: 4000 },
    );
    view.compare.set(false);
    expect([...view.read().tracks.keys()]).toEqual(['7']);
    view.dispose();
  });

  it('is cut off where time begins', async () => {
    const asked: { fromMs: number; toMs: number }[] = [];
    wired = secondsCore(asked);
    const view = new HistoryView(wired.client, { fromMs: 20_000, toMs: 60_000 }, [7], true);
    await bothDrawn(view);
    expect(asked).toContainEqual({ fromMs: 0, toMs: 20_000 });
    expect(view.read().tracks.get('7-before')?.x[0]).toBe(40_000);
    view.dispose();
  });
});

describe('statistics', () => {
  it('look only at what is shown and skip what is missing', () => {
    wired = wire('empty');
    const answer: HistoryAnswer = {
      query: query(0, 10),
      bucketMs: 1,
      columns: new Map([
        [
          1,
          { ...columnsOf(1, [0, 10, 20, 30], [3, 5, NaN, 0]), min: Float64Array.of(1, 2, NaN, -100), max: Float64Array.of(5, 9, NaN, 100) },
        ],
      ]),
    };
    expect(statistics(answer, 1, { fromMs: 0, toMs: 25 })).toEqual({ min: 1, mean: 4, max: 9, last: 5 });
    expect(statistics(answer, 1, { fromMs: 15, toMs: 25 })).toEqual({ min: null, mean: null, max: null, last: null });
    expect(statistics(answer, 2, { fromMs: 0, toMs: 25 }).mean).toBeNull();
  });
});

describe('HistoryExport', () => {
  const request = (): ExportRequest => ({ seriesIds: [1, 2], fromMs: 1_000, toMs: 2_000, format: 'csv' });
  const entry: ExportEntry = { id: 'e1', name: 'export.csv', state: 'writing', rows: 0, bytes: 0, error: null };

  /** A core that answers `export.start` as told; what comes of it is told by hand. */
  function open(answer: () => { id: string | null; url: string | null }) {
    let tell = (_exports: ExportEntry[]): void => undefined;
    const cancelled: string[] = [];
    wired = wire('bare', (api) => ({
      commands: { ...api.commands, 'export.start': answer, 'export.cancel': ({ id }) => (cancelled.push(id), {}) },
      streams: {
        ...api.streams,
        'exports.live': (_, sink) => {
          tell = (exports) => sink.push({ exports });
          tell([{ ...entry, id: 'of another window', state: 'failed' }]);
          return { dispose: () => undefined };
        },
      },
    }));
    const fetched: string[] = [];
    const exporter = new HistoryExport(wired.client, (url) => void fetched.push(url));
    return { exporter, fetched, cancelled, tell: (change: Partial<ExportEntry>) => tell([{ ...entry, ...change }]) };
  }

  it('follows what the core writes to a file that a person chose', async () => {
    const { exporter, fetched, tell } = open(() => ({ id: 'e1', url: null }));
    await exporter.start(request());
    tell({ rows: 12 });
    await settle();
    expect(exporter.state.get()).toEqual({ kind: 'running', rows: 12 });
    tell({ state: 'done', rows: 20 });
    await settle();
    expect(exporter.state.get()).toEqual({ kind: 'done', rows: 20 });
    expect(fetched).toEqual([]);
    exporter.dispose();
  });

  it('has the browser fetch the file where the core has no dialog', async () => {
    const { exporter, fetched, tell } = open(() => ({ id: 'e1', url: '/export/e1' }));
    await exporter.start(request());
    tell({ state: 'waiting' });
    await settle();
    expect(fetched).toEqual(['/export/e1']);
    expect(exporter.state.get()).toEqual({ kind: 'running', rows: 0 });
    exporter.dispose();
  });

  it('says why it failed, and is idle again when it was cancelled', async () => {
    const { exporter, tell, cancelled } = open(() => ({ id: 'e1', url: null }));
    await exporter.start(request());
    tell({ state: 'failed', error: { code: 'storage-full', message: 'full' } });
    await settle();
    expect(exporter.state.get()).toEqual({ kind: 'failed', code: 'storage-full' });
    tell({});
    await exporter.start(request());
    exporter.cancel();
    await settle();
    expect(exporter.state.get()).toEqual({ kind: 'idle' });
    expect(cancelled).toEqual(['e1']);
  });

  it('is idle when no file was chosen', async () => {
    const { exporter } = open(() => ({ id: null, url: null }));
    await exporter.start(request());
    expect(exporter.state.get()).toEqual({ kind: 'idle' });
  });

  it('ends in the core what was cancelled before its answer came, and does not take it up again', async () => {
    const { exporter, cancelled, fetched, tell } = open(() => ({ id: 'e1', url: '/export/e1' }));
    const started = exporter.start(request());
    exporter.cancel();
    await started;
    tell({ state: 'writing', rows: 3 });
    await settle();
    expect(exporter.state.get()).toEqual({ kind: 'idle' });
    expect(cancelled).toEqual(['e1']);
    expect(fetched).toEqual([]);
  });

  it('says that it is lost when the core begins anew', async () => {
    const { exporter, tell } = open(() => ({ id: 'e1', url: null }));
    await exporter.start(request());
    tell({ rows: 12 });
    await settle();
    wired.reconnect();
    await settle();
    expect(exporter.state.get()).toEqual({ kind: 'failed', code: 'disconnected' });
    exporter.dispose();
  });

  it('says when the core begins none', async () => {
    const { exporter } = open(() => {
      throw new AppError('conflict', 'too many');
    });
    await exporter.start(request());
    expect(exporter.state.get()).toEqual({ kind: 'failed', code: 'conflict' });
  });
});

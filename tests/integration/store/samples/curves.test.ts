import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Curve, CurveAxis, CurveQuery, ScalarPoints } from '@shared/model/curve';
import { openForReading, openForWriting } from '../../../../src-main/core/store/file/open';
import { openCurveQuery } from '../../../../src-main/core/store/samples/curves/query';
import type { StoreWriter } from '../../../../src-main/core/store/types';
import { NOON_MS, afterThisTest, testReader, testRun, testWriter } from '../support/stores';

interface Point {
  readonly step: number;
  readonly atMs: number;
  readonly value: number;
}

const columns = (name: string, points: readonly Point[]): ScalarPoints => ({
  name,
  step: points.map(({ step }) => step),
  atMs: points.map(({ atMs }) => atMs),
  value: points.map(({ value }) => value),
});

function ask(writer: StoreWriter, query: Partial<CurveQuery> & { readonly x: CurveAxis }): Curve[] {
  const db = openForReading(writer.path);
  try {
    const whole: CurveQuery = { runIds: [testRun().id], maxPoints: 1000, ...query };
    return openCurveQuery(db)(whole, () => undefined).curves;
  } finally {
    db.close();
  }
}

/** The points that count by step, and where each lies, by the words of the rule. */
function placed(points: readonly Point[], x: 'step' | 'time'): { index: number; place: number; value: number }[] {
  if (x === 'time') {
    let latest = -Infinity;
    return points.map(({ atMs, value }, index) => ({ index, place: (latest = Math.max(latest, atMs)), value }));
  }
  return points.flatMap(({ step, value }, index) => {
    const superseded = points.some((later, j) => j > index && later.step < (points[j - 1]?.step ?? -1) && later.step <= step);
    return superseded ? [] : [{ index, place: step, value }];
  });
}

function expectDecimated(curve: Curve | undefined, points: readonly Point[], x: 'step' | 'time', after = 0): void {
  if (curve === undefined) throw new Error('there is no curve');
  const all = placed(points, x).filter(({ index }) => index >= after);
  const entries = new Map<number, { index: number; place: number; value: number }[]>();
  for (const point of all) {
    const key = Math.floor(point.index / curve.entryPoints);
    entries.set(key, [...(entries.get(key) ?? []), point]);
  }
  const groups = [...entries.values()];
  const numbers = groups.map((group) => group.map(({ value }) => value).filter((value) => !Number.isNaN(value)));
  expect([...curve.x]).toEqual(groups.map((group) => group[0]?.place));
  const low = numbers.map((group) => (group.length === 0 ? NaN : Math.min(...group)));
  const high = numbers.map((group) => (group.length === 0 ? NaN : Math.max(...group)));
  expect([...(curve.low ?? curve.y)]).toEqual(low);
  expect([...(curve.high ?? curve.y)]).toEqual(high);
  numbers.forEach((group, i) => {
    if (group.length === 0) return expect(curve.y[i]).toBeNaN();
    const mean = group.reduce((sum, value) => sum + value / group.length, 0);
    if (Number.isFinite(mean)) expect(Math.abs((curve.y[i] ?? NaN) - mean)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(mean)));
    else expect(curve.y[i]).toBe(mean);
  });
  expect(curve.points).toBe(points.length);
  expect(curve.unplaced).toBe(points.length - after - all.length);
}

/** Runs of steps with repeats and restarts, times that go back now and then, values of every kind. */
const history = fc
  .array(
    fc.record({
      n: fc.integer({ min: 1, max: 2500 }),
      back: fc.option(fc.integer({ min: 0, max: 900 }), { nil: null, freq: 3 }),
      every: fc.integer({ min: 0, max: 3 }),
      clockMs: fc.constantFrom(0, 0, 0, -40_000, 3_600_000),
      odd: fc.constantFrom(NaN, Infinity, -Infinity, 1e300, 0.25),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => {
    const points: Point[] = [];
    let [step, atMs] = [0, NOON_MS];
    for (const { n, back, every, clockMs, odd } of parts) {
      if (back !== null) step = Math.max(0, step - back);
      atMs += clockMs;
      for (let i = 0; i < n; i++) {
        points.push({ step, atMs, value: i % 97 === 5 ? odd : Math.fround(Math.sin(points.length * 0.7) * 3) });
        step += every;
        atMs += (i % 3) * 40;
      }
    }
    return points;
  });

describe("a run's curves", () => {
  it('are, at any number of entries, what brute force makes of the points, by step and by time', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(history, fc.constantFrom(2, 7, 100, 1000, 10_000), fc.boolean(), (points, maxPoints, over) => {
        const writer = testWriter();
        const run = testRun(over ? { status: 'succeeded' } : { status: 'running' });
        writer.runs.save(run, { curves: [columns('loss', points)] });
        for (const x of ['step', 'time'] as const) {
          const [curve] = ask(writer, { x, maxPoints });
          expect(curve?.x.length).toBeLessThanOrEqual(maxPoints);
          expectDecimated(curve, points, x);
        }
        writer.close();
      }),
      { numRuns: 20 },
    );
  });

  it('are the same to the last bit however their points were put together, and whether they are packed', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(history, fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 6 }), (points, chunks) => {
        const writer = testWriter();
        const once = testRun({ id: 'at-once', status: 'running' });
        const bits = testRun({ id: 'in-bits', status: 'running' });
        writer.runs.save(once, { curves: [columns('loss', points)] });
        for (let from = 0, i = 0; from < points.length; i++) {
          const n = chunks[i % chunks.length] ?? 1;
          writer.runs.save(bits, { curves: [columns('loss', points.slice(from, from + n))] });
          // A run that was over and goes on: its last block is taken up again.
          if (i % 2 === 1) writer.runs.save({ ...bits, status: 'stopped' });
          from += n;
        }
        writer.runs.save({ ...bits, status: 'succeeded' });
        for (const maxPoints of [3, 200, 10_000]) {
          for (const x of ['step', 'time'] as const) {
            const [a] = ask(writer, { x, maxPoints, runIds: ['at-once'] });
            const [b] = ask(writer, { x, maxPoints, runIds: ['in-bits'] });
            expect({ ...b, runId: '' }).toEqual({ ...a, runId: '' });
          }
        }
        writer.close();
      }),
      { numRuns: 10 },
    );
  });

  it('tell what is new alone, and that what was told before is superseded', () => {
    const writer = testWriter();
    const run = testRun({ status: 'running' });
    const points = Array.from({ length: 9000 }, (_, i) => ({ step: i, atMs: NOON_MS + i * 10, value: i }));
    writer.runs.save(run, { curves: [columns('loss', points.slice(0, 8990))] });
    expect(ask(writer, { x: 'step' })[0]).toMatchObject({ points: 8990, restarted: false });
    writer.runs.save(run, { curves: [columns('loss', points.slice(8990))] });
    const after = [{ runId: run.id, name: 'loss', points: 8990 }];
    const news = ask(writer, { x: 'step', after })[0];
    expect(news).toMatchObject({ points: 9000, after: 8990, restarted: false, entryPoints: 1 });
    expect([...(news?.x ?? [])]).toEqual([8990, 8991, 8992, 8993, 8994, 8995, 8996, 8997, 8998, 8999]);
    writer.runs.save(run, { curves: [columns('loss', [{ step: 100, atMs: NOON_MS + 100_000, value: -1 }])] });
    expect(ask(writer, { x: 'step', after: [{ runId: run.id, name: 'loss', points: 9000 }] })[0]).toMatchObject({ restarted: true });
    expect(ask(writer, { x: 'time', after: [{ runId: run.id, name: 'loss', points: 9000 }] })[0]).toMatchObject({ restarted: false });
    const anew = ask(writer, { x: 'step', maxPoints: 10_000 })[0];
    expect(anew?.x.length).toBe(101);
    expect(anew?.y.at(-1)).toBe(-1);
    expect(anew?.unplaced).toBe(8900);
    // Nothing new.
    expect(ask(writer, { x: 'step', after: [{ runId: run.id, name: 'loss', points: 9001 }] })[0]?.x.length).toBe(0);
  });

  it('give the points of a part of the axis one by one where they fit, with a neighbour on either side', () => {
    const writer = testWriter();
    const points = Array.from({ length: 50_000 }, (_, i) => ({ step: i * 2, atMs: NOON_MS + i * 10, value: i }));
    writer.runs.save(testRun(), { curves: [columns('loss', points)] });
    const part = ask(writer, { x: 'step', maxPoints: 100, range: { from: 60_001, to: 60_100 } })[0];
    expect(part?.entryPoints).toBe(1);
    expect([part?.x[0], part?.x.at(-1)]).toEqual([60_000, 60_102]);
    const byTime = ask(writer, { x: 'time', maxPoints: 100, range: { from: NOON_MS + 100_000, to: NOON_MS + 400_000 } })[0];
    expect(byTime?.entryPoints).toBe(512);
    expect(byTime?.x[0]).toBeLessThanOrEqual(NOON_MS + 100_000);
    expect(byTime?.x.at(-1)).toBeGreaterThanOrEqual(NOON_MS + 400_000 - 5120);
    expect(byTime?.x.length).toBeLessThanOrEqual(100);
  });

  it('lie over the energy that the run had drawn, where that is known', () => {
    const writer = testWriter();
    const run = testRun();
    const energy = [0, 100, 200, NaN, 300, 500].map((value, i) => ({ step: 0, atMs: NOON_MS + i * 1000, value }));
    const loss = [-1, 0, 500, 1500, 2500, 4500, 5000, 6000].map((ms, i) => ({ step: i, atMs: NOON_MS + ms, value: i }));
    writer.runs.save(run, { curves: [columns('energy/it', energy), columns('loss', loss)] });
    const curve = ask(writer, { x: 'energy', names: ['loss'] })[0];
    expect([...(curve?.x ?? [])]).toEqual([0, 50, 150, 400, 500]);
    expect([...(curve?.y ?? [])]).toEqual([1, 2, 3, 5, 6]);
    // Before the start, in the unmetered time, and after the last bill: that one may get its place yet.
    expect(curve).toMatchObject({ unplaced: 3, points: 7 });
    const part = ask(writer, { x: 'energy', names: ['loss'], range: { from: 40, to: 60 }, maxPoints: 10 })[0];
    expect([...(part?.x ?? [])]).toEqual([0, 50, 150]);
    const without = testRun({ id: 'no-energy' });
    writer.runs.save(without, { curves: [columns('loss', loss)] });
    expect(ask(writer, { x: 'energy', runIds: ['no-energy'] })[0]).toMatchObject({ unplaced: 8, points: 0 });
  });

  it('of earlier runs that cannot be packed are left and logged: it happens by a clock, with nobody to catch it', () => {
    const writer = testWriter();
    const db = openForWriting(writer.path);
    afterThisTest(() => db.close());
    db.exec('DROP TABLE curve_recent');
    expect(writer.curves.settleSome()).toBe(false);
  });

  it('go with their run', () => {
    const writer = testWriter();
    writer.runs.save(testRun(), { curves: [columns('loss', [{ step: 1, atMs: NOON_MS, value: 1 }])] });
    expect(writer.curves.newestMs(testRun().id)).toBe(NOON_MS);
    writer.runs.delete(testRun().id);
    expect(ask(writer, { x: 'step' })).toEqual([]);
    writer.close();
    const db = openForReading(writer.path);
    afterThisTest(() => db.close());
    for (const table of ['curve', 'curve_recent', 'curve_block', 'curve_summary'])
      expect(db.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n).toBe(0);
  });

  it('of a damaged block are what its summary says, and of one without that are missing and counted', () => {
    const writer = testWriter();
    const points = Array.from({ length: 4096 * 3 }, (_, i) => ({ step: i, atMs: NOON_MS + i, value: i }));
    writer.runs.save(testRun(), { curves: [columns('loss', points)] });
    writer.close();
    const db = openForWriting(writer.path);
    db.exec('UPDATE curve_block SET data = zeroblob(100) WHERE first = 4096');
    const raw = (): Curve | undefined => ask(writer, { x: 'step', maxPoints: 10_000, range: { from: 4000, to: 8300 } })[0];
    expect(raw()).toMatchObject({ entryPoints: 1, damaged: 0 });
    expect(raw()?.x).toContain(4096 + 128);
    db.exec('UPDATE curve_summary SET summary = zeroblob(100) WHERE first = 4096');
    expect(raw()).toMatchObject({ damaged: 4096 });
    expect(ask(writer, { x: 'step', maxPoints: 100 })[0]).toMatchObject({ damaged: 4096 });
    db.close();
  });

  it('come from the reader of the thread, and an answer that nobody could draw is refused', async () => {
    const writer = testWriter();
    const many = Array.from({ length: 60 }, (_, i) =>
      columns(
        `grad/${i}`,
        Array.from({ length: 9000 }, (_, k) => ({ step: k, atMs: NOON_MS + k, value: k })),
      ),
    );
    writer.runs.save(testRun(), { curves: many });
    const reader = await testReader(writer.path);
    const { curves } = await reader.curves.read({ runIds: [testRun().id], names: ['grad/7', 'none'], x: 'step', maxPoints: 10 });
    expect(curves.map(({ name }) => name)).toEqual(['grad/7']);
    await expect(reader.curves.read({ runIds: [testRun().id], x: 'step', maxPoints: 10_000 })).rejects.toMatchObject({ code: 'too-large' });
  });
});

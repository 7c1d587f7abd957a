import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Curve, CurveAxis, CurveQuery, ScalarPoints } from '@shared/model/curve';
import { openForReading, openForWriting } from '../../../../src-main/core/store/file/open';
import { curveRollups } from '../../../../src-main/core/store/samples/curves/0021-curve-rollups';
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
  // From the end: a step that a later point went back to, or one after it, is superseded.
  let limit = Infinity;
  const counting: { index: number; place: number; value: number }[] = [];
  for (let index = points.length - 1; index >= 0; index--) {
    const { step, value } = points[index] as Point;
    if (step < limit) counting.push({ index, place: step, value });
    if (step < (points[index - 1]?.step ?? -1)) limit = Math.min(limit, step);
  }
  return counting.reverse();
}

function expectDecimated(curve: Curve | undefined, points: readonly Point[], x: 'step' | 'time', after = 0): void {
  if (curve === undefined) throw new Error('there is no curve');
  const all = placed(points, x).filter(({ index }) => index >= after);
  const entries = new Map<number, { index: number; place: number; value: number }[]>();
  for (const point of all) {
    const key = Math.floor(point.index / curve.entryPoints);
    const group = entries.get(key) ?? [];
    entries.set(key, group);
    group.push(point);
  }
  const groups = [...entries.values()];
  const numbers = groups.map((group) => group.map(({ value }) => value).filter((value) => !Number.isNaN(value)));
  expect([...curve.x]).toEqual(groups.map((group) => group[0]?.place));
  const low = numbers.map((group) => (group.length === 0 ? NaN : group.reduce((a, b) => Math.min(a, b))));
  const high = numbers.map((group) => (group.length === 0 ? NaN : group.reduce((a, b) => Math.max(a, b))));
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
const histories = (mostPoints: number): fc.Arbitrary<Point[]> =>
  fc
    .array(
      fc.record({
        n: fc.integer({ min: 1, max: mostPoints }),
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
const history = histories(2500);
/** Long enough for two levels of rollups, with what is cut off at either end of them. */
const longHistory = histories(60_000).filter(({ length }) => length > 140_000);

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

  it('of many points are read from few rows, and are what brute force makes of them', { timeout: 240_000 }, () => {
    fc.assert(
      fc.property(longHistory, fc.constantFrom(20, 100, 300), fc.integer({ min: 0, max: 70_000 }), (points, maxPoints, known) => {
        const writer = testWriter();
        writer.runs.save(testRun({ status: 'running' }), { curves: [columns('loss', points)] });
        const db = openForWriting(writer.path);
        const levels = db.query<{ n: number }>('SELECT DISTINCT level AS n FROM curve_rollup ORDER BY level').all();
        expect(levels.map(({ n }) => n)).toEqual([1, 2]);
        const after = [{ runId: testRun().id, name: 'loss', points: known }];
        const answers = (['step', 'time'] as const).map((x) => {
          const [whole] = ask(writer, { x, maxPoints });
          expectDecimated(whole, points, x);
          const [rest] = ask(writer, { x, maxPoints, after });
          expectDecimated(rest, points, x, known);
          return [whole, rest];
        });
        // Where they cannot be read, the summaries of blocks say the same.
        db.exec('UPDATE curve_rollup SET summary = zeroblob(length(summary)) WHERE level = 1; DELETE FROM curve_rollup WHERE level = 2');
        const again = (['step', 'time'] as const).map((x) => [ask(writer, { x, maxPoints })[0], ask(writer, { x, maxPoints, after })[0]]);
        expect(again).toEqual(answers);
        db.close();
        writer.close();
      }),
      { numRuns: 4 },
    );
  });

  it('are summed up by the step of the schema as by the writer', () => {
    const writer = testWriter();
    const points = Array.from({ length: 140_000 }, (_, i) => ({ step: i, atMs: NOON_MS + i * 10, value: Math.sin(i) }));
    writer.runs.save(testRun(), { curves: [columns('loss', points)] });
    writer.close();
    const db = openForWriting(writer.path);
    afterThisTest(() => db.close());
    const rows = (): unknown[] => db.query('SELECT * FROM curve_rollup ORDER BY curve_id, level, first').all();
    const before = rows();
    expect(before.length).toBe(5);
    db.exec(`DROP TABLE curve_rollup; DROP INDEX curve_bounds; ${curveRollups.sql}`);
    curveRollups.run?.(db);
    expect(rows()).toEqual(before);
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

  it('get their places by energy once it is known, also where that comes late', () => {
    const writer = testWriter();
    const run = testRun({ status: 'running' });
    const loss = [0, 500, 1500, 2500, 2900].map((ms, i) => ({ step: i, atMs: NOON_MS + ms, value: i }));
    const billed = (n: number): Point[] => [0, 100, 200, 320].slice(0, n).map((value, i) => ({ step: 0, atMs: NOON_MS + i * 1000, value }));
    writer.runs.save(run, { curves: [columns('loss', loss), columns('energy/it', billed(2))] });
    const db = openForReading(writer.path);
    afterThisTest(() => db.close());
    // One connection, as in the reader's thread, which keeps what it read.
    const question = openCurveQuery(db);
    const news = (points: number): Curve | undefined =>
      question(
        { runIds: [run.id], names: ['loss'], x: 'energy', maxPoints: 100, after: [{ runId: run.id, name: 'loss', points }] },
        () => undefined,
      ).curves[0];
    expect(news(0)).toMatchObject({ x: Float64Array.of(0, 50), points: 2, restarted: false });
    expect(news(2)).toMatchObject({ x: new Float64Array(), points: 2 });
    writer.runs.save(run, { curves: [columns('energy/it', billed(3).slice(2))] });
    expect(news(2)).toMatchObject({ x: Float64Array.of(150), points: 3 });
    writer.runs.save(run, { curves: [columns('energy/it', billed(4).slice(3))] });
    expect(news(3)).toMatchObject({ x: Float64Array.of(260, 308), y: Float64Array.of(3, 4), points: 5 });
    expect(news(0)).toMatchObject({ x: Float64Array.of(0, 50, 150, 260, 308) });
    // Packed, it is the same.
    writer.runs.save({ ...run, status: 'succeeded' });
    expect(news(0)).toMatchObject({ x: Float64Array.of(0, 50, 150, 260, 308) });
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
    for (const table of ['curve', 'curve_recent', 'curve_block', 'curve_summary', 'curve_rollup'])
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

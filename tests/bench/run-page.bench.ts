import type { Curve, CurveAnswer } from '../../src-shared/model/curve';
import type { RunLive } from '../../src-renderer/data/run-live';
import { ready, type Loadable } from '../../src-renderer/data/loadable';
import { RunCurves } from '../../src-renderer/data/run-curves';
import { Store } from '../../src-renderer/data/store';
import { recordedRun } from '../helpers/recorded-run';
import { median, quantile, type Row } from './figures';

const STEPS = 100_000;
const NAMES = Array.from({ length: 10 }, (_, i) => `scalar/${i}`);
/** What a run of twenty steps a second tells from one update to the next. */
const FRESH = 5;
const UPDATES = 400;
const ENTRY = 64;
const BUDGET_MS = 2;

const columns = (n: number, from: number, width: number): Pick<Curve, 'x' | 'y'> => ({
  x: Float64Array.from({ length: n }, (_, i) => from + i * width),
  y: Float64Array.from({ length: n }, (_, i) => Math.sin(from + i)),
});

/** What the core answers: all of it decimated, then what is new. */
function answer(name: string, after: number, points: number): Curve {
  const whole = after === 0;
  const { x, y } = whole ? columns(Math.ceil(points / ENTRY), 0, ENTRY) : columns(points - after, after, 1);
  const base = { runId: 'r', name, points, after, restarted: false, unplaced: 0, damaged: 0, x, y };
  return whole ? { ...base, entryPoints: ENTRY, low: y, high: y } : { ...base, entryPoints: 1 };
}

/** The data side of a run's page: what an update of a long run costs in its own thread, without the drawing. */
export async function run(): Promise<{ rows: Row[] }> {
  let points = STEPS;
  const live = (curveNews: number): Loadable<RunLive> => ready({ run: recordedRun('r', 0, 'running'), curveNews });
  const source = new Store(live(0));
  const client = {
    call: (_: string, query: { after?: { name: string; points: number }[] }): Promise<CurveAnswer> => {
      const known = new Map((query.after ?? []).map(({ name, points: had }) => [name, had]));
      return Promise.resolve({ curves: NAMES.map((name) => answer(name, known.get(name) ?? 0, points)), energy: [] });
    },
  };
  const curves = new RunCurves(client as never, 'r', source, 'step');
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await settled();
  const times: number[] = [];
  let drawn = 0;
  const told = curves.onChange(() => {
    for (const { x } of curves.read().tracks.values()) drawn += x.length;
  });
  for (let update = 1; update <= UPDATES; update++) {
    points += FRESH;
    const used = process.cpuUsage();
    source.set(live(update));
    await settled();
    const { user, system } = process.cpuUsage(used);
    times.push((user + system) / 1000);
  }
  told.dispose();
  curves.dispose();
  if (drawn < UPDATES * NAMES.length * (STEPS / ENTRY)) throw new Error('not all of it was ready to draw');
  const own = median(times);
  return {
    rows: [
      {
        name: `an update of a run of ${STEPS.toLocaleString('en')} steps and ${NAMES.length} scalars, without drawing, median`,
        value: own,
        unit: 'ms',
        ratio: {
          value: own / BUDGET_MS,
          against: `the ${BUDGET_MS} ms an update may take; p95 ${quantile(times, 0.95).toPrecision(2)} ms`,
        },
      },
    ],
  };
}

import type { PowerCurve, PowerFit, PowerFitKind } from '../model/power-fit';
import { message, type KeyedMessage } from '../text/message';
import { fitNonNegative, median, type RobustFit } from './robust-fit';

/** Means over equal stretches of time; only those in which everything is known. */
export interface FitData {
  /** W */
  readonly load: readonly number[];
  /** What is fitted, W. */
  readonly told: readonly number[];
  /** °C; null = no sensor tells it. */
  readonly outdoor: readonly number[] | null;
}

/** What a fit says of the data, without whose it is. */
export type FittedCurve = Pick<
  PowerFit,
  'curve' | 'points' | 'outliers' | 'impossible' | 'loadW' | 'meanLoadW' | 'outdoorC' | 'meanOutdoorC' | 'r2' | 'scaleW' | 'sample'
>;

/** Fewer points, or loads closer together than this share of the highest, tell a level and no curve. */
const MIN_POINTS = 60;
const MIN_LOAD_SPAN = 0.15;
/** Lower temperature changes than this do not part its effect from the load's. K */
const MIN_OUTDOOR_SPAN_K = 3;
/** Where the free cooling may end, tried in steps over what was seen. */
const BREAK_STEPS = 16;
/** Residuals as large as this share of what is fitted make it a guess. */
const MAX_SCATTER = 0.5;
/** A temperature's part must explain at least this share of what is left without it. */
const MIN_GAIN = 0.05;
/** Readings at different moments: a little more may seem to come out than goes in. */
const SLACK = 0.02;
/** Beyond what was seen by so much of its span nothing is said. */
const BEYOND = 0.05;
/** A tail of this share on each side is chance. */
const TAIL = 0.005;
const SAMPLE = 240;

/** @returns the curve's power, W; null = beyond the loads or temperatures that were seen, or the temperature is not known */
export function fittedPower({ curve, loadW, outdoorC }: PowerFit, load: number, outdoor: number | null): number | null {
  if (!isWithin(loadW, load)) return null;
  if (curve.aboveC === null) return curveAt(curve, load, 0);
  if (outdoor === null || outdoorC === null || !isWithin(outdoorC, outdoor)) return null;
  return curveAt(curve, load, outdoor);
}

function isWithin({ low, high }: { readonly low: number; readonly high: number }, value: number): boolean {
  const slack = BEYOND * (high - low);
  return value >= low - slack && value <= high + slack;
}

function curveAt({ noLoadW, proportional, quadratic, perKelvin, aboveC }: PowerCurve, load: number, outdoor: number): number {
  return noLoadW + load * (proportional + quadratic * load + perKelvin * (aboveC === null ? 0 : Math.max(0, outdoor - aboveC)));
}

/** Fits the curve of this kind. `work` is called between its parts, for whoever else wants the thread. */
export async function fitPower(kind: PowerFitKind, data: FitData, pause: () => Promise<void>): Promise<FittedCurve | KeyedMessage> {
  const possible = data.load.flatMap((load, i) => {
    const told = data.told[i] ?? 0;
    return load > 0 && told >= (kind === 'cooling' ? 0 : -SLACK * load) ? [i] : [];
  });
  const at = (values: readonly number[]): number[] => possible.map((i) => values[i] ?? 0);
  const [load, told] = [at(data.load), at(data.told)];
  const impossible = data.load.length - possible.length;
  if (data.load.length >= MIN_POINTS && impossible > data.load.length / 2) return message('message.fit.impossible');
  if (load.length < MIN_POINTS) return message('message.fit.few', { points: load.length, need: MIN_POINTS });
  const loadW = rangeOf(load);
  if (loadW.high - loadW.low < MIN_LOAD_SPAN * loadW.high)
    return message('message.fit.narrow', { lowW: Math.round(loadW.low), highW: Math.round(loadW.high) });
  const outdoor = data.outdoor === null ? null : at(data.outdoor);
  const best = await bestFit(kind, load, told, outdoor, pause);
  const level = median(told.map(Math.abs));
  if (level === 0 || best.fit.scale > MAX_SCATTER * level)
    return message('message.fit.scatter', { scaleW: Math.round(best.fit.scale), levelW: Math.round(level) });
  const { curve } = best;
  const every = Math.max(1, Math.ceil(load.length / SAMPLE));
  return {
    curve,
    points: load.length,
    outliers: best.fit.outliers,
    impossible,
    loadW,
    meanLoadW: mean(load),
    outdoorC: curve.aboveC === null || outdoor === null ? null : rangeOf(outdoor),
    meanOutdoorC: curve.aboveC === null || outdoor === null ? null : mean(outdoor),
    r2: best.fit.r2,
    scaleW: best.fit.scale,
    sample: load.flatMap((x, i) =>
      i % every === 0 ? [{ loadW: x, toldW: told[i] ?? 0, fittedW: curveAt(curve, x, outdoor?.[i] ?? 0) }] : [],
    ),
  };
}

interface Candidate {
  readonly fit: RobustFit;
  readonly curve: PowerCurve;
}

async function bestFit(
  kind: PowerFitKind,
  load: readonly number[],
  told: readonly number[],
  outdoor: readonly number[] | null,
  pause: () => Promise<void>,
): Promise<Candidate> {
  const ones = load.map(() => 1);
  const plain = fitNonNegative(kind === 'loss' ? [ones, load, load.map((x) => x * x)] : [ones, load], told);
  const [noLoadW = 0, proportional = 0, quadratic = 0] = plain.coefficients;
  let best: Candidate = { fit: plain, curve: { noLoadW, proportional, quadratic, perKelvin: 0, aboveC: null } };
  if (kind === 'loss' || outdoor === null) return best;
  const { low, high } = rangeOf(outdoor);
  if (high - low < MIN_OUTDOOR_SPAN_K) return best;
  // The first is below all that was seen: it never cools for free.
  for (let step = 0; step < BREAK_STEPS; step++) {
    await pause();
    const aboveC = low + ((high - low) * step) / BREAK_STEPS;
    const warm = load.map((x, i) => x * Math.max(0, (outdoor[i] ?? 0) - aboveC));
    const fit = fitNonNegative([ones, load, warm], told);
    const [base = 0, share = 0, perKelvin = 0] = fit.coefficients;
    if (perKelvin === 0 || fit.scale >= best.fit.scale * (best.curve.aboveC === null ? 1 - MIN_GAIN : 1)) continue;
    best = { fit, curve: { noLoadW: base, proportional: share, quadratic: 0, perKelvin, aboveC } };
  }
  return best;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function rangeOf(values: readonly number[]): { low: number; high: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = Math.floor(sorted.length * TAIL);
  return { low: sorted[cut] ?? 0, high: sorted[sorted.length - 1 - cut] ?? 0 };
}

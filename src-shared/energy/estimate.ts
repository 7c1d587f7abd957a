/**
 * What a training run takes before it starts, by the arithmetic that published reports use (Patterson et al. 2021, arXiv 2104.10350;
 * Kaplan et al. 2020, arXiv 2001.08361 for 6·N·D). Every input is typed: nothing here is measured, and a figure whose input is missing
 * is null and never 0.
 */
export interface EstimateInputs {
  /** Accelerators that work at once. */
  readonly chips: number | null;
  /** Mean electric power of one of them, W; with its share of the server where the server is to be counted. */
  readonly watts: number | null;
  /** Share of `watts` that is drawn on average, 0 to 1. */
  readonly load: number;
  /** From the start to the end, h. */
  readonly hours: number | null;
  /** Parameters of the model that work on a token. */
  readonly parameters: number | null;
  /** Tokens that it is trained on, repetitions counted. */
  readonly tokens: number | null;
  /** FLOPs for one parameter and token: 6, or 8 where activations are computed anew. */
  readonly flopsPerParameterToken: number;
  /** Model FLOPs utilisation, share of the peak, 0 to 1. */
  readonly mfu: number | null;
  /** Dense peak of one accelerator, TFLOP/s. */
  readonly peakTflops: number | null;
  /** Share of the time that moves the training on, 0 to 1: without restarts, checkpoints and waiting. */
  readonly goodput: number;
  /** Energy of the facility / energy of the IT; 1 = the IT alone. */
  readonly pue: number;
  readonly kgPerKwh: number | null;
  /** Money for a kWh. */
  readonly pricePerKwh: number | null;
  /** Money for an hour of an accelerator. */
  readonly pricePerChipHour: number | null;
}

export const estimateFigures = ['flops', 'chipHours', 'hours', 'itMwh', 'mwh', 'tCo2e', 'energyCost', 'chipCost', 'cost'] as const;
export type EstimateFigure = (typeof estimateFigures)[number];

export interface Estimated {
  /** Null = an input is missing. */
  readonly value: number | null;
  /** How it was computed, with the numbers put in; where it was not, what is lacking. */
  readonly formula: string;
}

export type Estimate = Readonly<Record<EstimateFigure, Estimated>>;

const text = (value: number): string => (Math.abs(value) >= 1e15 ? value.toExponential(4) : String(Number(value.toPrecision(10))));

/** A factor that changes nothing is not told. */
const times = (factor: number, name: string): string => (factor === 1 ? '' : ` × ${text(factor)} ${name}`);

/** A figure from numbers that must all be there, under the names that a person gives them by. */
function figure<Name extends string>(
  inputs: Readonly<Record<Name, number | null>>,
  compute: (of: Readonly<Record<Name, number>>) => readonly [value: number, formula: string],
): Estimated {
  const missing = Object.entries(inputs).flatMap(([name, value]) => (value === null ? [name] : []));
  if (missing.length > 0) return { value: null, formula: `needs ${missing.join(', ')}` };
  const [value, formula] = compute(inputs as Readonly<Record<Name, number>>);
  return { value, formula };
}

/** The hours come from `hours` where they are given, else from the work of the model and the speed of the accelerators. */
export function estimate(inputs: EstimateInputs): Estimate {
  const { chips, parameters, tokens, mfu, load, pue, goodput, flopsPerParameterToken } = inputs;
  const flops = figure({ parameters, tokens }, (of) => [
    flopsPerParameterToken * of.parameters * of.tokens,
    `${flopsPerParameterToken} × ${text(of.parameters)} parameters × ${text(of.tokens)} tokens`,
  ]);
  const chipHours =
    inputs.hours !== null
      ? figure({ chips, hours: inputs.hours }, (of) => [of.chips * of.hours, `${text(of.chips)} chips × ${text(of.hours)} h`])
      : figure({ parameters, tokens, mfu, 'peak-tflops': inputs.peakTflops }, (of) => [
          (flopsPerParameterToken * of.parameters * of.tokens) / (of['peak-tflops'] * 1e12 * of.mfu * 3_600 * goodput),
          `${text(flopsPerParameterToken * of.parameters * of.tokens)} FLOP / (${text(of['peak-tflops'])} TFLOP/s × ${text(of.mfu)} MFU × 3600 s/h${times(goodput, 'goodput')})`,
        ]);
  const hours =
    inputs.hours !== null
      ? { value: inputs.hours, formula: 'as given' }
      : figure({ 'chip-hours': chipHours.value, chips }, (of) => [
          of['chip-hours'] / of.chips,
          `${text(of['chip-hours'])} chip-hours / ${text(of.chips)} chips`,
        ]);
  const itMwh = figure({ 'chip-hours': chipHours.value, watts: inputs.watts }, (of) => [
    (of['chip-hours'] * of.watts * load) / 1e6,
    `${text(of['chip-hours'])} chip-hours × ${text(of.watts)} W${times(load, 'load')} / 1000000`,
  ]);
  const mwh = figure({ 'energy of the IT': itMwh.value }, (of) => [
    of['energy of the IT'] * pue,
    `${text(of['energy of the IT'])} MWh of the IT × ${text(pue)} PUE`,
  ]);
  const tCo2e = figure({ energy: mwh.value, 'kg-per-kwh': inputs.kgPerKwh }, (of) => [
    of.energy * of['kg-per-kwh'],
    `${text(of.energy)} MWh × ${text(of['kg-per-kwh'])} t/MWh (kg/kWh)`,
  ]);
  const energyCost = figure({ energy: mwh.value, price: inputs.pricePerKwh }, (of) => [
    of.energy * 1_000 * of.price,
    `${text(of.energy)} MWh × 1000 × ${text(of.price)} per kWh`,
  ]);
  const chipCost = figure({ 'chip-hours': chipHours.value, 'chip-price': inputs.pricePerChipHour }, (of) => [
    of['chip-hours'] * of['chip-price'],
    `${text(of['chip-hours'])} chip-hours × ${text(of['chip-price'])} per chip-hour`,
  ]);
  const parts = [energyCost, chipCost].flatMap(({ value }) => (value === null ? [] : [value]));
  const cost =
    parts.length === 0
      ? { value: null, formula: 'needs price (per kWh) or chip-price (per chip-hour)' }
      : { value: parts.reduce((sum, value) => sum + value, 0), formula: parts.map(text).join(' + ') };
  return { flops, chipHours, hours, itMwh, mwh, tCo2e, energyCost, chipCost, cost };
}

import { describe, expect, it } from 'vitest';
import { estimate, type EstimateInputs } from '@shared/energy/estimate';

const nothing: EstimateInputs = {
  chips: null,
  watts: null,
  load: 1,
  hours: null,
  parameters: null,
  tokens: null,
  flopsPerParameterToken: 6,
  mfu: null,
  peakTflops: null,
  goodput: 1,
  pue: 1,
  kgPerKwh: null,
  pricePerKwh: null,
  pricePerChipHour: null,
};
const of = (given: Partial<EstimateInputs>) => estimate({ ...nothing, ...given });

/** Tonnes that the builders of these models printed (Meta's model cards, Luccioni et al. 2022, Patterson et al. 2021). */
describe.each([
  ['Llama 2 7B', { chips: 1, hours: 184_320, watts: 400, kgPerKwh: 0.4235 }, 31.22],
  ['Llama 2 13B', { chips: 1, hours: 368_640, watts: 400, kgPerKwh: 0.4235 }, 62.44],
  ['Llama 2 70B', { chips: 1, hours: 1_720_320, watts: 400, kgPerKwh: 0.4235 }, 291.42],
  ['Llama 3 8B', { chips: 1, hours: 1.3e6, watts: 700, kgPerKwh: 0.4249 }, 390],
  ['Llama 3 70B', { chips: 1, hours: 6.4e6, watts: 700, kgPerKwh: 0.4249 }, 1_900],
  ['LLaMA 65B', { chips: 1, hours: 1_022_362, watts: 400, pue: 1.1, kgPerKwh: 0.385 }, 173],
  ['OPT-175B', { chips: 1, hours: 809_472, watts: 400, pue: 1.1, kgPerKwh: 0.385 }, 137],
  ['BLOOM', { chips: 1, hours: 1_082_990, watts: 400, kgPerKwh: 0.057 }, 24.7],
  ['GPT-3', { chips: 10_000, hours: 355.2, watts: 330, pue: 1.1, kgPerKwh: 0.429 }, 552.1],
])('%s', (_name, inputs, tonnes) => {
  it('emits what was published, within 1 %', () => {
    expect(Math.abs((of(inputs).tCo2e.value ?? NaN) / tonnes - 1)).toBeLessThan(0.01);
  });
});

it('the energy of GPT-3 is the product of its figures, and each figure says how it came to be', () => {
  const gpt3 = of({ chips: 10_000, hours: 355.2, watts: 330, pue: 1.1, kgPerKwh: 0.429, pricePerKwh: 0.08 });
  expect(gpt3.chipHours.value).toBe(3_552_000);
  expect(gpt3.itMwh).toEqual({ value: 1172.16, formula: '3552000 chip-hours × 330 W / 1000000' });
  expect(gpt3.mwh.value).toBeCloseTo(1289.376, 9);
  expect(gpt3.mwh.formula).toBe('1172.16 MWh of the IT × 1.1 PUE');
  expect(gpt3.tCo2e.value).toBeCloseTo(553.142304, 9);
  expect(gpt3.energyCost.value).toBeCloseTo(103_150.08, 6);
  expect(gpt3.cost.value).toBeCloseTo(103_150.08, 6);
});

it('the work of a model comes to hours by the share of the peak, and a run to days by the time that moves it on', () => {
  const plan = of({
    parameters: 70e9,
    tokens: 1.4e12,
    mfu: 0.4,
    peakTflops: 989,
    chips: 1_024,
    goodput: 0.93,
    watts: 1_275,
    load: 0.85,
    pue: 1.3,
    kgPerKwh: 0.4,
    pricePerChipHour: 2.5,
  });
  expect(plan.flops.value).toBeCloseTo(5.88e23, -18);
  expect(plan.chipHours.value).toBeCloseTo(443_952, -0.5);
  expect((plan.hours.value ?? 0) / 24).toBeCloseTo(18.06, 2);
  expect(plan.mwh.value).toBeCloseTo(625.47, 1);
  expect(plan.tCo2e.value).toBeCloseTo(250.19, 1);
  expect(plan.cost.value).toBeCloseTo(1_109_879, -1);
  // Narayanan et al. 2021: 84 days for a trillion parameters, with activations computed anew.
  const trillion = of({ parameters: 1e12, tokens: 450e9, flopsPerParameterToken: 8, mfu: 163 / 312, peakTflops: 312, chips: 3_072 });
  expect((trillion.hours.value ?? 0) / 24).toBeCloseTo(83.21, 2);
});

it('what lacks an input is no figure and says what it needs', () => {
  const answer = of({ chips: 8, hours: 10 });
  expect(answer.chipHours.value).toBe(80);
  expect(answer.mwh.value).toBeNull();
  expect(answer.itMwh.formula).toBe('needs watts');
  expect(answer.tCo2e).toEqual({ value: null, formula: 'needs energy, kg-per-kwh' });
  expect(answer.cost.value).toBeNull();
  expect(of({ parameters: 7e9, tokens: 1e12 }).chipHours.formula).toBe('needs mfu, peak-tflops');
});

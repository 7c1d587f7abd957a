import type { ScalarPoints } from '@shared/model/curve';
import { quantity, type Provenance, type Quantity } from '@shared/model/provenance';
import { shippedParams } from './training-sources';
import { isFinal, type Run, type RunEnergy, type RunStatus } from '@shared/model/run';
import { unlabelled } from './runs';

export const EPOCHS = 5;
export const STEPS_PER_EPOCH = 200;
export const STEPS = EPOCHS * STEPS_PER_EPOCH;
export const STEP_MS = 45;
const [IT_W, INFRASTRUCTURE_W, PRICE, GRID] = [168, 78, 0.07, 0.429];

/** What was booked to a run that drew the same all the time; no sample covers its first 0.4 s. */
function bill(spanMs: number, step: number, final: boolean): RunEnergy {
  const seconds = spanMs / 1000;
  const facilityJ = (IT_W + INFRASTRUCTURE_W) * seconds;
  const part = (value: number, unit: string, provenance: Provenance = 'modelled'): Quantity & { coverage: number } => ({
    ...quantity(value, unit, provenance, spanMs - 400),
    coverage: 1 - 0.4 / seconds,
  });
  return {
    basis: 'ledger',
    lines: [],
    itJ: part(IT_W * seconds, 'J'),
    infrastructureJ: part(INFRASTRUCTURE_W * seconds, 'J'),
    facilityJ: part(facilityJ, 'J'),
    meanItW: part(IT_W, 'W'),
    peakItW: part(201.4, 'W'),
    jPerSample: part((IT_W * seconds) / (step * (shippedParams('mnist-mlp').batchSize ?? NaN)), 'J'),
    cost: part((facilityJ / 3.6e6) * PRICE, 'USD'),
    co2eKg: part((facilityJ / 3.6e6) * GRID, 'kg'),
    spanMs,
    inconsistentMs: 0,
    allocated: null,
    pricePerKwh: PRICE,
    currency: 'USD',
    gridKgPerKwh: GRID,
    excludedDevices: [],
    final,
  };
}

/** A run of the recipe as the core records it once it is at this step. */
export function recordedRun(id: string, createdAtMs: number, status: RunStatus, step = STEPS): Run {
  const known = step > 0;
  const spanMs = step * STEP_MS;
  const last = Object.fromEntries(curvesUpTo(createdAtMs, step).map(({ name, value }) => [name, value.at(-1) ?? null]));
  return {
    id,
    ...unlabelled,
    recipe: 'mnist-mlp',
    engine: 'wasm',
    engineUsed: known ? 'wasm (SIMD, 1 thread), tfjs 4.22.0' : null,
    params: shippedParams('mnist-mlp'),
    status,
    createdAtMs,
    startedAtMs: status === 'queued' ? null : createdAtMs,
    endedAtMs: isFinal(status) ? createdAtMs + spanMs : null,
    failure: status === 'failed' ? { code: 'trainer-crashed', message: 'RuntimeError: memory access out of bounds (exit code 134)' } : null,
    plan: known
      ? {
          epochs: EPOCHS,
          stepsPerEpoch: STEPS_PER_EPOCH,
          trainSamples: 6_400,
          validationSamples: 1_600,
          testSamples: 2_000,
          weights: 101_770,
        }
      : null,
    progress: { epoch: known ? Math.min(EPOCHS, Math.ceil(step / STEPS_PER_EPOCH)) : 0, step },
    last,
    result: status === 'succeeded' ? { ...last, 'test/loss': 0.1702, 'test/accuracy': 0.9515 } : null,
    energy: known ? bill(spanMs, step, isFinal(status)) : null,
  };
}

/** The run's scalars until a step: those of each batch, and at the end of each epoch its own. */
export function curvesUpTo(startedAtMs: number, step: number): ScalarPoints[] {
  const steps = Array.from({ length: step }, (_, i) => i + 1);
  const ends = steps.filter((each) => each % STEPS_PER_EPOCH === 0);
  const loss = (at: number): number => 2.1 * Math.exp(-at / 140) + 0.16;
  const accuracy = (at: number): number => 0.965 - 0.85 * Math.exp(-at / 110);
  const curve = (name: string, at: number[], value: (step: number) => number): ScalarPoints[] =>
    at.length === 0 ? [] : [{ name, step: at, atMs: at.map((each) => startedAtMs + each * STEP_MS), value: at.map(value) }];
  return [
    ...curve('train/loss', steps, loss),
    ...curve('train/accuracy', steps, accuracy),
    ...curve('train/loss_epoch', ends, (at) => loss(at - 60)),
    ...curve('val/loss', ends, (at) => loss(at) + 0.04),
    ...curve('val/accuracy', ends, (at) => accuracy(at) - 0.012),
  ];
}

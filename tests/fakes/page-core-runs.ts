import { quantity, type Provenance } from '@shared/model/provenance';
import { recipes, type TrainParams } from '@shared/model/recipes';
import type { Curve, CurveQuery, ScalarPoints } from '@shared/model/curve';
import type { LogLine } from '@shared/model/run-log';
import { isFinal, type Run, type RunEnergy } from '@shared/model/run';
import type { Series } from '@shared/model/series';
import { unlabelled } from '../helpers/runs';

const STEP_MS = 45;
const FIRST_SERIES_ID = 10_000;

const metricsOfRun = ['train.loss', 'train.accuracy', 'train.val_loss', 'train.val_accuracy', 'train.throughput'] as const;

const wobble = (n: number): number => Math.sin(n * 12.9898) * 0.5 + Math.sin(n * 4.1414) * 0.5;
const lossAt = (step: number): number => 2.1 * Math.exp(-step / 140) + 0.16 + Math.abs(wobble(step)) * 0.12;
const accuracyAt = (step: number): number => Math.min(1, 0.965 - 0.85 * Math.exp(-step / 110) + wobble(step) * 0.025);

/** One pretended training run: everything about it follows from when it began and what ended it. */
export class FakeRun {
  readonly series: Series[];
  private readonly stepsPerEpoch: number;
  private readonly endedAtMs: number | null;

  constructor(
    readonly id: string,
    private readonly params: TrainParams,
    private readonly startedAtMs: number,
    private readonly ending: { readonly status: 'failed' | 'stopped'; readonly atStep: number } | null,
    index: number,
  ) {
    this.stepsPerEpoch = Math.ceil((8000 * (1 - params.validationSplit)) / params.batchSize);
    const steps = ending?.atStep ?? this.stepsPerEpoch * params.epochs;
    this.endedAtMs = startedAtMs + 1500 + steps * STEP_MS;
    this.series = metricsOfRun.map((metric, i) => ({
      id: FIRST_SERIES_ID + index * 10 + i,
      device: `run/${id}`,
      metric,
      provenance: 'measured',
      label: `mnist-mlp ${id.slice(0, 8)}`,
    }));
  }

  stopAt(nowMs: number): FakeRun {
    const step = Math.max(0, this.stepAt(nowMs));
    return new FakeRun(
      this.id,
      this.params,
      this.startedAtMs,
      { status: 'stopped', atStep: step },
      ((this.series[0]?.id ?? FIRST_SERIES_ID) - FIRST_SERIES_ID) / 10,
    );
  }

  run(nowMs: number): Run {
    const step = this.stepAt(nowMs);
    const ended = this.endedAtMs !== null && nowMs >= this.endedAtMs;
    const status = ended ? (this.ending?.status ?? 'succeeded') : step < 1 ? 'starting' : 'running';
    const epoch = Math.min(this.params.epochs, Math.ceil(Math.max(1, step) / this.stepsPerEpoch));
    const started = step >= 1;
    const run: Run = {
      id: this.id,
      ...unlabelled,
      recipe: 'mnist-mlp',
      engine: 'wasm',
      engineUsed: started ? 'wasm (SIMD, 1 thread), tfjs 4.22.0' : null,
      params: this.params,
      status,
      createdAtMs: this.startedAtMs,
      startedAtMs: this.startedAtMs,
      endedAtMs: ended ? this.endedAtMs : null,
      failure:
        status === 'failed' ? { code: 'trainer-crashed', message: 'RuntimeError: memory access out of bounds (exit code 134)' } : null,
      plan: started
        ? {
            epochs: this.params.epochs,
            stepsPerEpoch: this.stepsPerEpoch,
            trainSamples: 6400,
            validationSamples: 1600,
            testSamples: 2000,
            weights: 101_770,
          }
        : null,
      progress: { epoch: started ? epoch : 0, step },
      last: Object.fromEntries(started ? this.curves(nowMs).map(({ name, value }) => [name, value.at(-1) ?? null]) : []),
      result:
        status === 'succeeded'
          ? {
              'train/loss': 0.1211,
              'val/loss': 0.1874,
              'test/loss': 0.1702,
              'train/accuracy': 0.9662,
              'val/accuracy': 0.9469,
              'test/accuracy': 0.9515,
              'train/samples_per_second': 708.4,
            }
          : null,
      energy: null,
    };
    return {
      ...run,
      energy: started
        ? energyOf(
            (Math.min(nowMs, this.endedAtMs ?? nowMs) - this.startedAtMs) / 1000,
            isFinal(status) ? 32_000 : step * this.params.batchSize,
            isFinal(status),
          )
        : null,
    };
  }

  /** All scalars up to a moment. */
  curves(nowMs: number): ScalarPoints[] {
    const steps = Array.from({ length: this.stepAt(nowMs) }, (_, i) => i + 1);
    const ends = steps.filter((step) => step % this.stepsPerEpoch === 0);
    const curve = (name: string, step: number[], value: (step: number) => number): ScalarPoints[] =>
      step.length === 0 ? [] : [{ name, step, atMs: step.map((each) => this.timeOf(each)), value: step.map(value) }];
    return [
      ...curve('train/loss', steps, lossAt),
      ...curve('train/accuracy', steps, accuracyAt),
      ...curve('train/samples_per_second', steps, (step) => 711 + wobble(step) * 40),
      ...curve('train/loss_epoch', ends, (step) => lossAt(step - 60) + 0.02),
      ...curve('train/accuracy_epoch', ends, (step) => accuracyAt(step - 60)),
      ...curve('val/loss', ends, (step) => lossAt(step) + 0.04),
      ...curve('val/accuracy', ends, (step) => accuracyAt(step) - 0.012),
    ];
  }

  private epochs(nowMs: number): { readonly epoch: number; readonly atMs: number; readonly step: number }[] {
    return Array.from({ length: Math.floor(this.stepAt(nowMs) / this.stepsPerEpoch) }, (_, i) => {
      const step = (i + 1) * this.stepsPerEpoch;
      return { epoch: i + 1, atMs: this.timeOf(step), step };
    });
  }

  log(nowMs: number): LogLine[] {
    const line = (seq: number, atMs: number, source: LogLine['source'], text: string): LogLine => ({ seq, atMs, source, text });
    const lines = [
      line(1, this.startedAtMs, 'core', 'trainer started, pid 4711'),
      line(2, this.startedAtMs + 400, 'trainer', 'wasm (SIMD, 1 thread), tfjs 4.22.0'),
      line(3, this.startedAtMs + 900, 'trainer', 'mnist-10k: 6,400 train, 1,600 validation, 2,000 test'),
    ];
    for (const epoch of this.epochs(nowMs))
      lines.push(
        line(
          lines.length + 1,
          epoch.atMs,
          'trainer',
          `epoch ${epoch.epoch}/${this.params.epochs}  loss ${lossAt(epoch.step).toFixed(4)}  acc ${accuracyAt(epoch.step).toFixed(4)}`,
        ),
      );
    if (this.run(nowMs).status === 'failed')
      lines.push(
        line(lines.length + 1, nowMs, 'stderr', 'RuntimeError: memory access out of bounds'),
        line(lines.length + 2, nowMs, 'core', 'trainer ended with signal SIGABRT'),
      );
    return lines;
  }

  /** The value of one of the run's series at a moment on its grid of 250 ms; undefined where it has none. */
  samples(seriesId: number, fromMs: number, toMs: number): { readonly atMs: number; readonly value: number }[] {
    const metric = this.series.find((entry) => entry.id === seriesId)?.metric;
    if (metric === 'train.val_loss' || metric === 'train.val_accuracy') {
      return this.epochs(toMs)
        .filter((epoch) => epoch.atMs > fromMs)
        .map(({ atMs, step }) => ({ atMs, value: metric === 'train.val_loss' ? lossAt(step) + 0.04 : accuracyAt(step) - 0.012 }));
    }
    const result: { atMs: number; value: number }[] = [];
    for (let at = Math.max(this.timeOf(1), Math.ceil(fromMs / 250) * 250); at <= Math.min(toMs, this.endedAtMs ?? toMs); at += 250) {
      const step = this.stepAt(at);
      result.push({
        atMs: at,
        value: metric === 'train.loss' ? lossAt(step) : metric === 'train.accuracy' ? accuracyAt(step) : 711 + wobble(step) * 40,
      });
    }
    return result;
  }

  private stepAt(nowMs: number): number {
    const steps = this.ending?.atStep ?? this.stepsPerEpoch * this.params.epochs;
    return Math.max(0, Math.min(steps, Math.floor((nowMs - this.startedAtMs - 1500) / STEP_MS)));
  }

  private timeOf(step: number): number {
    return this.startedAtMs + 1500 + step * STEP_MS;
  }
}

function energyOf(seconds: number, samples: number, final: boolean): RunEnergy {
  const watts = 168;
  const it = (factor: number, unit: string, provenance: Provenance) => ({
    ...quantity(factor, unit, provenance, seconds * 1000 - 400),
    coverage: 1 - 0.4 / seconds,
  });
  return {
    basis: 'ledger',
    lines: [],
    itJ: it(watts * seconds, 'J', 'modelled'),
    infrastructureJ: it(78 * seconds, 'J', 'modelled'),
    facilityJ: it(246 * seconds, 'J', 'modelled'),
    meanItW: it(watts, 'W', 'modelled'),
    peakItW: it(201.4, 'W', 'modelled'),
    jPerSample: it((watts * seconds) / Math.max(1, samples), 'J', 'modelled'),
    cost: it((246 * seconds * 0.07) / 3.6e6, 'USD', 'modelled'),
    co2eKg: it((246 * seconds * 0.429) / 3.6e6, 'kg', 'modelled'),
    spanMs: seconds * 1000,
    inconsistentMs: 0,
    allocated: null,
    pricePerKwh: 0.07,
    currency: 'USD',
    gridKgPerKwh: 0.429,
    excludedDevices: [],
    final,
  };
}

export const exampleParams: TrainParams = recipes['mnist-mlp'].defaults;

/** What the core would answer, point by point, over steps or time. */
export function curvesOf(run: FakeRun, nowMs: number, { x, names, after = [] }: CurveQuery): Curve[] {
  const shown = run.curves(nowMs).filter(({ name }) => names === undefined || names.includes(name));
  return shown.map(({ name, step, atMs, value }) => {
    const from = after.find((known) => known.runId === run.id && known.name === name)?.points ?? 0;
    return {
      runId: run.id,
      name,
      points: value.length,
      after: from,
      restarted: false,
      entryPoints: 1,
      x: Float64Array.from((x === 'time' ? atMs : step).slice(from)),
      y: Float64Array.from(value.slice(from)),
      unplaced: 0,
      damaged: 0,
    };
  });
}

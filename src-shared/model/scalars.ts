import type { MetricDefinition } from './metric';
import type { ScalarDeclaration, ScalarDeclarations } from './scalar-declaration';
import type { MetricId } from './metrics';

/** What is known of a scalar; `metric` is that of its series beside the room's, where the catalogue has one for it. */
export type ScalarDefinition = Pick<MetricDefinition, 'name' | 'unit' | 'digits' | 'better'> & {
  readonly metric?: MetricId;
  /** A share of 1, which a table shows in percent. */
  readonly isShare?: true;
};

/** IT energy that a run had drawn, J, by the moments at which it was billed: what curves over energy are placed by. */
export const ENERGY_SCALAR = 'energy/it';

/** Ends the name of a scalar that is the mean over an epoch so far: it begins anew in each. */
export const RUNNING_MEAN = ' (running mean)';

/**
 * The names that recipes here and programs elsewhere use. `train/`, `val/` and `test/` say of which part of the data a number
 * is, `_epoch` that it is the mean over an epoch. Any other name is recorded and shown as well, as it is.
 */
export const scalars = {
  epoch: { name: 'Epoch', unit: '', digits: 0 },
  'train/loss': { name: 'Training loss', unit: '1', digits: 4, better: 'lower', metric: 'train.loss' },
  'train/accuracy': { name: 'Training accuracy', unit: '1', digits: 4, better: 'higher', isShare: true, metric: 'train.accuracy' },
  'train/loss_epoch': { name: 'Training loss, epoch', unit: '1', digits: 4, better: 'lower' },
  'train/accuracy_epoch': { name: 'Training accuracy, epoch', unit: '1', digits: 4, better: 'higher', isShare: true },
  'train/samples_per_second': {
    name: 'Training throughput',
    unit: 'samples/s',
    digits: 0,
    better: 'higher',
    metric: 'train.throughput',
  },
  'train/samples_per_second_epoch': { name: 'Training throughput, epoch', unit: 'samples/s', digits: 0, better: 'higher' },
  'val/loss': { name: 'Validation loss', unit: '1', digits: 4, better: 'lower', metric: 'train.val_loss' },
  'val/accuracy': { name: 'Validation accuracy', unit: '1', digits: 4, better: 'higher', isShare: true, metric: 'train.val_accuracy' },
  'test/loss': { name: 'Test loss', unit: '1', digits: 4, better: 'lower' },
  'test/accuracy': { name: 'Test accuracy', unit: '1', digits: 4, better: 'higher', isShare: true },
  'serve/requests_per_second': { name: 'Requests', unit: '1/s', digits: 1 },
  'serve/predictions_per_second': { name: 'Predictions', unit: '1/s', digits: 1 },
  'serve/latency_p50': { name: 'Latency, median', unit: 'ms', digits: 2, better: 'lower' },
  'serve/latency_p95': { name: 'Latency, 95th percentile', unit: 'ms', digits: 2, better: 'lower' },
  'serve/latency_p99': { name: 'Latency, 99th percentile', unit: 'ms', digits: 2, better: 'lower' },
  'serve/queue': { name: 'Queue, most rows', unit: '1', digits: 0, better: 'lower' },
  'serve/batch': { name: 'Batch, mean rows', unit: '1', digits: 2 },
  'serve/errors_per_second': { name: 'Errors', unit: '1/s', digits: 1, better: 'lower' },
  'serve/requests': { name: 'Requests', unit: '1', digits: 0 },
  'serve/predictions': { name: 'Predictions', unit: '1', digits: 0 },
  'serve/errors': { name: 'Errors', unit: '1', digits: 0, better: 'lower' },
  [ENERGY_SCALAR]: { name: 'IT energy so far', unit: 'J', digits: 0 },
} as const satisfies Record<string, ScalarDefinition>;

export type KnownScalar = keyof typeof scalars;

/** What a served model tells of its requests. */
export type ServingScalar = Extract<KnownScalar, `serve/${string}`>;

export function isServingScalar(name: string): name is ServingScalar {
  return name.startsWith('serve/') && isKnownScalar(name);
}

export function isKnownScalar(name: string): name is KnownScalar {
  return Object.hasOwn(scalars, name);
}

/** What is known of any scalar, in every run or (`declared`) as its run says; null = nothing is. */
export function scalarDefinition(name: string): ScalarDefinition | null;
export function scalarDefinition(name: string, declared: ScalarDeclarations): RunScalar | null;
export function scalarDefinition(name: string, declared: ScalarDeclarations = {}): RunScalar | null {
  if (isKnownScalar(name)) return scalars[name];
  const own = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (own === undefined) return null;
  const { label = name, unit = '', ...rest } = own;
  return { name: label, unit, ...rest };
}

/** Of a run's own scalar, how many digits are shown need not be said. */
export type RunScalar = Pick<ScalarDefinition, 'name' | 'unit' | 'metric' | 'isShare'> &
  Pick<ScalarDeclaration, 'digits' | 'better' | 'range'>;

/** Parts of the data that numbers are of; `evaluate` is one that the program does not name. */
export const scalarParts = ['train', 'val', 'test', 'evaluate'] as const;
export type ScalarPart = (typeof scalarParts)[number];

/** A scalar's name taken apart: of which part of the data, of which quantity, and whether it is an epoch's mean. */
export interface ScalarRole {
  readonly part: ScalarPart | null;
  readonly base: string;
  readonly ofEpoch: boolean;
  /** It is the mean over an epoch so far. */
  readonly isRunningMean: boolean;
}

/** As recipes here write it (`val/loss`), and as Keras, Lightning and Transformers do (`val_loss`, `eval_loss`). */
const SPLIT = /^(?:(?<part>train|val|valid|validation|test|eval|evaluate)[/_])?(?<base>.+?)(?<epoch>_epoch)?$/u;
const PARTS: Readonly<Record<string, ScalarPart>> = {
  train: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  eval: 'val',
  test: 'test',
  evaluate: 'evaluate',
};

/** `val/loss`, `val_loss` and `train/loss_epoch` are of one quantity, and belong into one chart. */
export function scalarRole(name: string): ScalarRole {
  const isRunningMean = name.endsWith(RUNNING_MEAN);
  const plain = isRunningMean ? name.slice(0, -RUNNING_MEAN.length) : name;
  const { part, base = plain, epoch } = SPLIT.exec(plain)?.groups ?? {};
  return { part: part === undefined ? null : (PARTS[part] ?? null), base, ofEpoch: epoch !== undefined, isRunningMean };
}

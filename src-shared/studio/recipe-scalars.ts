import type { ScalarDeclarations } from '../model/scalar-declaration';
import type { Task } from './recipe';

/** What a run of a recipe reports at each step, what at the end of an epoch, and what it ends with, in the order to be shown in. */
export interface RecipeScalars {
  readonly step: readonly string[];
  readonly epoch: readonly string[];
  readonly result: readonly string[];
}

/** Whether a recipe's run tells a scalar at each step, or at the end of an epoch. */
export const isOfStep = (name: string): boolean => name.startsWith('train/') && !name.endsWith('_epoch');
export const isOfEpoch = (name: string): boolean => name.startsWith('val/') || name.endsWith('_epoch');

const throughput = 'train/samples_per_second';

const classification: RecipeScalars = {
  step: ['train/loss', 'train/accuracy', throughput],
  epoch: ['train/loss_epoch', 'train/accuracy_epoch', 'val/loss', 'val/accuracy', `${throughput}_epoch`],
  result: [
    ...['train/loss', 'val/loss', 'test/loss', 'train/accuracy', 'val/accuracy', 'test/accuracy'],
    ...['test/accuracy_majority', 'test/f1_macro', 'test/calibration_error', throughput],
  ],
};

const nextToken: RecipeScalars = {
  step: ['train/loss', throughput],
  epoch: ['train/loss_epoch', 'val/loss', `${throughput}_epoch`],
  result: ['train/loss', 'val/loss', 'test/loss', 'test/loss_unigram', 'test/perplexity', throughput],
};

/** How far a forecast of each target is off in the target's own unit, and how far the naive one is. */
export const errorNames = (part: 'val' | 'test', targets: readonly string[]): { target: string; mae: string; rmse: string }[] =>
  targets.map((target) => {
    const of = targets.length === 1 ? '' : `/${target}`;
    return { target, mae: `${part}/mae${of}`, rmse: `${part}/rmse${of}` };
  });
/** The same error of the naive forecast: the newest value known, or, of the same row, the mean of the training part. */
export const naiveName = (name: string): string => `${name}_naive`;

function regression(targets: readonly string[]): RecipeScalars {
  const test = errorNames('test', targets).flatMap(({ mae, rmse }) => [mae, naiveName(mae), rmse, naiveName(rmse)]);
  return {
    step: ['train/loss', throughput],
    epoch: ['train/loss_epoch', 'val/loss', ...errorNames('val', targets).map(({ mae }) => mae), `${throughput}_epoch`],
    result: ['train/loss', 'val/loss', 'test/loss', ...test, throughput],
  };
}

export function scalarsOf(task: Task): RecipeScalars {
  switch (task.type) {
    case 'classification':
      return classification;
    case 'regression':
      return regression(task.targets);
    case 'next-token':
      return nextToken;
  }
}

/**
 * What those of its scalars are that not every run shares.
 * @param units of the targets, by their names; '' = none known
 */
export function declarationsOf(task: Task, units: Readonly<Record<string, string>> = {}): ScalarDeclarations {
  switch (task.type) {
    case 'classification':
      return {
        'test/accuracy_majority': { label: 'Test accuracy, most frequent class alone', unit: '1', digits: 4 },
        'test/f1_macro': { label: 'Test F1, mean of the classes', unit: '1', digits: 4, better: 'higher' },
        'test/calibration_error': { label: 'Test calibration error', unit: '1', digits: 4, better: 'lower' },
      };
    case 'regression':
      return Object.fromEntries(
        (['val', 'test'] as const).flatMap((part) =>
          errorNames(part, task.targets).flatMap(({ target, mae, rmse }) => {
            const unit = units[target] ?? '';
            const where = part === 'val' ? 'Validation' : 'Test';
            const naive = task.forecast === null ? 'mean of training' : 'newest value';
            return [
              [mae, { label: `${where} mean error, ${target}`, unit, digits: 4, better: 'lower' }],
              [rmse, { label: `${where} root mean squared error, ${target}`, unit, digits: 4, better: 'lower' }],
              [naiveName(mae), { label: `${where} mean error, ${target}, ${naive}`, unit, digits: 4 }],
              [naiveName(rmse), { label: `${where} root mean squared error, ${target}, ${naive}`, unit, digits: 4 }],
            ] as const;
          }),
        ),
      );
    case 'next-token':
      return {
        'test/loss_unigram': { label: 'Test loss, frequencies alone', unit: 'nats/token', digits: 4 },
        'test/perplexity': { label: 'Test perplexity', unit: '1', digits: 2, better: 'lower' },
      };
  }
}

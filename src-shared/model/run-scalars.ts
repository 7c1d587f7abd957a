import type { Run } from './run';

/** A run's figures by name: the final value where there is one, else the newest. */
export function scalarsOf({ last, result }: Pick<Run, 'last' | 'result'>): Record<string, number> {
  const figures: readonly (readonly [string, number | null | undefined])[] = [
    ['train/loss', result?.train.loss ?? last.loss],
    ['train/accuracy', result?.train.accuracy ?? last.accuracy],
    ['val/loss', result?.validation.loss ?? last.valLoss],
    ['val/accuracy', result?.validation.accuracy ?? last.valAccuracy],
    ['test/loss', result?.test.loss],
    ['test/accuracy', result?.test.accuracy],
    ['train/samples_per_second', result?.samplesPerSecond ?? last.samplesPerSecond],
  ];
  return Object.fromEntries(figures.flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : [])));
}

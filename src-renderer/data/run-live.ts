import type { RunFrame } from '@shared/contract/runs';
import type { BatchColumns, EpochPoint, Run } from '@shared/model/run';

/** A run's page: the row and the whole curve. Its log comes by itself (run-log.ts). */
export interface RunLive {
  readonly run: Run;
  readonly batches: BatchColumns;
  readonly epochs: readonly EpochPoint[];
}

/** Adds a frame of `run.live`; the first of a subscription stands for everything so far. Points already held are not added twice. */
export function foldRunFrame(before: RunLive | null, frame: RunFrame, first: boolean): RunLive {
  if (!before || first) return frame;
  const lastStep = before.batches.step.at(-1) ?? 0;
  const { step, epoch, atMs, loss, accuracy } = before.batches;
  frame.batches.step.forEach((value, i) => {
    if (value <= lastStep) return;
    step.push(value);
    epoch.push(frame.batches.epoch[i] ?? 0);
    atMs.push(frame.batches.atMs[i] ?? 0);
    loss.push(frame.batches.loss[i] ?? null);
    accuracy.push(frame.batches.accuracy[i] ?? null);
  });
  const lastEpoch = before.epochs.at(-1)?.epoch ?? 0;
  return {
    run: frame.run,
    batches: before.batches,
    epochs: [...before.epochs, ...frame.epochs.filter((point) => point.epoch > lastEpoch)],
  };
}

import type { RunFrame } from '@shared/contract/runs';
import type { BatchColumns, EpochPoint, LogLine, Run } from '@shared/model/run';

/** Lines of a run's log that are kept and shown. */
export const LOG_LINES = 200;

/** A run's page: the row, the whole curve, the newest lines of its log. */
export interface RunLive {
  readonly run: Run;
  readonly batches: BatchColumns;
  readonly epochs: readonly EpochPoint[];
  readonly log: readonly LogLine[];
}

/** Adds a frame of `run.live`; the first of a subscription stands for everything so far. Points already held are not added twice. */
export function foldRunFrame(before: RunLive | null, frame: RunFrame, first: boolean): RunLive {
  if (!before || first) return { ...frame, log: frame.log.slice(-LOG_LINES) };
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
  const lastSeq = before.log.at(-1)?.seq ?? -1;
  return {
    run: frame.run,
    batches: before.batches,
    epochs: [...before.epochs, ...frame.epochs.filter((point) => point.epoch > lastEpoch)],
    log: [...before.log, ...frame.log.filter((line) => line.seq > lastSeq)].slice(-LOG_LINES),
  };
}

import type { RunFrame } from '@shared/contract/runs';
import type { Run } from '@shared/model/run';

/** A run's page: the row, and how often its curves grew. Its log comes by itself (run-log.ts). */
export interface RunLive {
  readonly run: Run;
  readonly curveNews: number;
}

/** Adds a frame of `run.live`; the first of a subscription stands for everything so far. */
export function reduceRunFrame(before: RunLive | null, { run, curves }: RunFrame): RunLive {
  return { run, curveNews: (before?.curveNews ?? 0) + (curves ? 1 : 0) };
}

import type { RunFrame } from '@shared/contract/runs';
import type { LogLine, Run } from '@shared/model/run';

/** Lines of a run's log that are kept and shown. */
export const LOG_LINES = 200;

/** A run's page: the row, how often its curves grew, the newest lines of its log. */
export interface RunLive {
  readonly run: Run;
  readonly curveNews: number;
  readonly log: readonly LogLine[];
}

/** Adds a frame of `run.live`; the first of a subscription stands for everything so far. Lines already held are not added twice. */
export function foldRunFrame(before: RunLive | null, { run, curves, log }: RunFrame, first: boolean): RunLive {
  const curveNews = (before?.curveNews ?? 0) + (curves ? 1 : 0);
  if (!before || first) return { run, curveNews, log: log.slice(-LOG_LINES) };
  const lastSeq = before.log.at(-1)?.seq ?? -1;
  return { run, curveNews, log: [...before.log, ...log.filter((line) => line.seq > lastSeq)].slice(-LOG_LINES) };
}

import type { Run } from '@shared/model/run';
import { isFinal } from '@shared/model/run';
import type { StoreWriter } from '../store/types';
import type { RunLogs } from './log/run-logs';
import { initialState, reduceRun } from './state-machine';

/** The last moment this run is known to have lived: its span must not take in the time the core was away. */
function lastSignMs(writer: Pick<StoreWriter, 'runs' | 'curves'>, logs: Pick<RunLogs, 'lastAtMs'>, run: Run): number {
  const signs = [run.createdAtMs, run.startedAtMs, writer.curves.newestMs(run.id), logs.lastAtMs(run.id)];
  return Math.max(...signs.filter((atMs) => atMs !== null && atMs !== undefined));
}

/**
 * Ends the runs that a crashed core left under way as `core-lost`; a queued one had not begun. One that cannot be stored is
 * logged, and is failed all the same.
 * @returns the runs that wait, oldest first, and those that could not be stored as failed
 */
export function failLostRuns(
  writer: Pick<StoreWriter, 'runs' | 'curves'>,
  logs: Pick<RunLogs, 'lastAtMs'>,
  nowMs: number,
  log: (level: 'warn' | 'error', text: string) => void,
): Run[] {
  return writer.runs.unfinished().flatMap((run) => {
    if (run.status === 'queued') return [run];
    if (isFinal(run.status)) return [];
    const { run: failed } = reduceRun(
      initialState(run),
      { t: 'core-lost', found: 'unknown' },
      Math.min(nowMs, lastSignMs(writer, logs, run)),
    ).state;
    log('warn', `Run ${run.id} was ${run.status} when the core ended; it is marked as failed`);
    try {
      writer.runs.save(failed);
      return [];
    } catch (error) {
      log('error', `Run ${run.id} could not be marked: ${error instanceof Error ? error.message : String(error)}`);
    }
    return [failed];
  });
}

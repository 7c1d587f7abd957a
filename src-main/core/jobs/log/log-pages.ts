import { LOG_PAGE_MAX, type LogLine } from '@shared/model/run-log';
import type { RunLogs } from './run-logs';

/**
 * The lines of a log that are kept, from the first on.
 * @param lastLine none beyond this one
 */
export async function* logPages(
  logs: Pick<RunLogs, 'read'>,
  runId: string,
  lastLine = Infinity,
  signal?: AbortSignal,
): AsyncGenerator<readonly LogLine[]> {
  for (let fromLine: number | null = 1; fromLine !== null && fromLine <= lastLine;) {
    const { lines, next } = await logs.read(runId, { fromLine, limit: LOG_PAGE_MAX }, signal);
    yield lines.filter(({ seq }) => seq <= lastLine);
    fromLine = next;
  }
}

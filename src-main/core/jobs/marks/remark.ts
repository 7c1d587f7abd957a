import type { MarkRule } from '@shared/model/mark';
import { logPages } from '../log/log-pages';
import type { RunLogs } from '../log/run-logs';
import type { ProgramScalars } from '../program-scalars';
import type { RunRecord } from '../run-record';
import { Rereading } from './rereading';

/** What a person changed about the numbers that are marked in a program's lines. */
export interface Remark {
  /** All that hold from now on. */
  readonly rules: readonly MarkRule[];
  /** The one of them that is new: its curve is read from the whole log. Null = none is. */
  readonly fresh: string | null;
  /** Names whose curves go: that of a rule that is gone, and of one that is another now. */
  readonly dropped: readonly string[];
}

/**
 * Makes it hold for one run: its curves are read from the log that is kept of it, and go on without a seam where it is under way.
 * @param scalars of a run that is under way
 * @param isThere whether it was not deleted meanwhile
 * @throws AppError `storage-…`
 */
export async function remarkRun(
  record: RunRecord,
  scalars: ProgramScalars | null,
  { rules, fresh, dropped }: Remark,
  logs: Pick<RunLogs, 'read' | 'lastLine'>,
  isThere: () => boolean,
): Promise<void> {
  const { id } = record.run;
  if (fresh === null) {
    scalars?.setRules(rules);
    record.replaceCurves(dropped, [], null);
    return;
  }
  const reread = new Rereading(rules, fresh, undefined, (text) => record.log('core', text));
  // What is printed from now on comes to `scalars`; what the log gets meanwhile is the same.
  const lastLine = scalars === null ? undefined : logs.lastLine(id);
  const readKept = async (): Promise<void> => {
    for await (const lines of logPages(logs, id, lastLine)) reread.take(lines);
  };
  const put = (): void => {
    if (isThere()) record.replaceCurves([...dropped, fresh], [reread.points()], reread.toldStep);
  };
  if (scalars === null) {
    await readKept();
    reread.readers.end();
    put();
  } else await scalars.remark(reread, readKept, put);
}

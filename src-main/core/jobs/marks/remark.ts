import type { MarkRule } from '@shared/model/mark';
import { logPages } from '../log/log-pages';
import type { RunLogs } from '../log/run-logs';
import type { ProgramScalars } from '../program-scalars';
import type { RunFiles } from '../run-files';
import type { RunRecord } from '../run-record';
import { textLines } from '../text-logs/text-lines';
import type { TextLog } from '../text-logs/text-log-list';
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

/** One run, and where its lines are. */
export interface RemarkedRun {
  readonly record: RunRecord;
  /** Of one that is under way: what reads what it prints, and its files. */
  readonly scalars: ProgramScalars | null;
  readonly files: RunFiles | null;
  /** The texts that it wrote. */
  readonly texts: readonly TextLog[];
  readonly logs: Pick<RunLogs, 'read' | 'lastLine' | 'shown'>;
  /** Whether it was not deleted meanwhile. */
  readonly isThere: () => boolean;
}

/**
 * Makes it hold for one run: its curves are read from the log that is kept of it, and from the texts that it wrote, and go on without a
 * seam where it is under way.
 * @throws AppError `storage-…`
 */
export async function remarkRun({ record, scalars, files, texts, logs, isThere }: RemarkedRun, change: Remark): Promise<void> {
  const { rules, fresh, dropped } = change;
  const { id } = record.run;
  if (fresh === null) {
    scalars?.setRules(rules, dropped);
    await files?.remark(rules, null, dropped);
    record.replaceCurves(dropped, [], null);
    return;
  }
  const reread = new Rereading(rules, fresh, undefined, (text) => record.log('core', text));
  // What is printed from now on comes to `scalars`; what the log gets meanwhile is the same.
  const lastLine = scalars === null ? undefined : logs.lastLine(id);
  const readKept = async (): Promise<void> => {
    for await (const lines of logPages(logs, id, lastLine)) reread.take(lines);
  };
  const put = (found: Rereading): void => {
    if (isThere()) record.replaceCurves([...dropped, fresh], [found.points()], found.toldStep);
  };
  if (scalars !== null) {
    await scalars.remark(reread, dropped, readKept, () => put(reread));
    await files?.remark(rules, fresh, dropped);
    scalars.flush();
    record.flush();
    return;
  }
  await readKept();
  reread.readers.end();
  put(reread.points().step.length > 0 ? reread : ((await markedText(rules, fresh, texts, logs.shown)) ?? reread));
}

/** The first of the texts in which the rule finds something, read by it. */
async function markedText(
  rules: readonly MarkRule[],
  fresh: string,
  texts: readonly TextLog[],
  shown: (text: string) => string,
): Promise<Rereading | null> {
  for (const text of texts) {
    const reread = new Rereading(rules, fresh);
    for await (const { lines, isBefore } of textLines(text, shown)) reread.take(lines, isBefore);
    reread.readers.end();
    if (reread.points().step.length > 0) return reread;
  }
  return null;
}

import { z } from 'zod';
import { ScalarName } from '../model/curve';
import { MarkChange, MarkRule, MarkTrial, ProgramMarks } from '../model/mark';
import { RunId } from '../model/run-id';
import { command, nothing, stream } from './define';

/** Numbers that a person marks in what a program prints. All fail with `invalid-input` for a run that is no program's. */
export const marksCommands = {
  /** What a rule finds in the run's log as it is kept now; nothing is kept of it. Fails with `invalid-input` for a pattern that is none. */
  'marks.try': command(z.object({ runId: RunId, rule: MarkRule }), MarkTrial),
  /**
   * Keeps a rule for the program of the run: the next start of the same program in the same folder is read by it, and this run as it
   * is. Fails with `conflict` for a name that is told already.
   */
  'marks.keep': command(MarkChange, nothing),
  /** Its curve goes from this run; earlier runs keep theirs. */
  'marks.remove': command(z.object({ runId: RunId, name: ScalarName }), nothing),
} as const;

export const marksStreams = {
  /** The rules of the run's program, and all again whenever one of them changed. */
  'marks.live': stream(z.object({ runId: RunId }), ProgramMarks),
} as const;

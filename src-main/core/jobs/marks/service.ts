import type { Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import {
  MARKS_MAX,
  patternFault,
  TRIAL_LINES_MAX,
  TRIAL_POINTS_MAX,
  type MarkedProgram,
  type MarkRule,
  type MarkTrial,
  type ProgramMarks,
} from '@shared/model/mark';
import { PROGRAM_KIND, programOf } from '@shared/model/program';
import { english, message, messageOf } from '@shared/text/message';
import { defineService } from '../../service';
import { storeService } from '../../store/service';
import { logPages } from '../log/log-pages';
import { logsService } from '../logs-service';
import { runsService } from '../service';
import { textLines } from '../text-logs/text-lines';
import { markedProgram } from './marked-program';
import { Rereading, type Found } from './rereading';

/** The numbers that persons marked in what programs print. All of it fails with AppError `not-found` for a run that is none, `invalid-input` for one that is no program. */
export interface Marks {
  of(runId: string): ProgramMarks;
  /** What a rule finds in a run's log as it is kept now. */
  trial(runId: string, rule: MarkRule, signal?: AbortSignal): Promise<MarkTrial>;
  /**
   * Keeps a rule for the program of a run, in the place of one that is there or as a new one, and reads its curve for this run and
   * those of the same program that are under way.
   * @throws AppError also `conflict` for a name that the program tells by itself, or another rule has
   */
  keep(runId: string, rule: MarkRule, replaces: string | null): Promise<void>;
  /** Its curve goes from this run; those that are over keep theirs. */
  remove(runId: string, name: string): Promise<void>;
  onChange(listener: (program: MarkedProgram) => void): Disposable;
}

export const marksService = defineService({
  name: 'marks',
  needs: [storeService, runsService, logsService],
  start({ store, runs, logs }, { log, onStop }): Marks {
    const table = store.programMarks;
    const changed = new Emitter<MarkedProgram>((error) => log('error', `a listener of the marks failed: ${String(error)}`));
    onStop(() => changed.clear());
    /** One after the other: each reads a log to its end and then changes what is read by. */
    let last: Promise<unknown> = Promise.resolve();

    function programOfRun(runId: string): MarkedProgram {
      const run = runs.get(runId);
      if (run === null) throw new AppError('not-found', message('message.run.none', { run: runId }));
      const program = run.kind === PROGRAM_KIND ? programOf(run.params) : null;
      if (program === null) throw new AppError('invalid-input', message('message.mark.notProgram', { run: runId }));
      return markedProgram(program);
    }

    const isSame = (a: MarkedProgram, b: MarkedProgram): boolean => a.command === b.command && a.cwd === b.cwd;

    function runsOf(program: MarkedProgram, runId: string): string[] {
      const living = runs.living().filter((run) => {
        const own = run.kind === PROGRAM_KIND && run.status !== 'queued' ? programOf(run.params) : null;
        return own !== null && run.id !== runId && isSame(markedProgram(own), program);
      });
      return living.map(({ id }) => id);
    }

    async function trial(runId: string, rule: MarkRule, signal?: AbortSignal): Promise<MarkTrial> {
      const rules = table.of(programOfRun(runId));
      const fault = patternFault(rule.pattern);
      if (fault !== null) throw new AppError('invalid-input', fault);
      const all = new Trial();
      const reread = new Rereading([rule], rule.name, (found) => all.add(found));
      let lines = 0;
      let file: string | null = null;
      for await (const page of logPages(logs, runId, undefined, signal)) {
        reread.take(page);
        lines += page.length;
      }
      // Printed before logged, as the numbers themselves are taken.
      for (const text of all.isEmpty ? runs.textLogs(runId) : []) {
        const inText = new Rereading([rule], rule.name, (found) => all.add(found));
        for await (const { lines: page, isBefore } of textLines(text, logs.shown, signal)) {
          inText.take(page, isBefore);
          lines += page.length;
        }
        inText.readers.end();
        if (all.isEmpty) continue;
        file = text.label;
        break;
      }
      const isRule = rules.some(({ name }) => name === rule.name);
      const isKnown = Object.hasOwn(runs.get(runId)?.last ?? {}, rule.name);
      return { lines, ...all.result(), file, isTaken: reread.isTold(rule.name) || (isKnown && !isRule) };
    }

    async function apply(program: MarkedProgram, runId: string, fresh: string | null, dropped: readonly string[]): Promise<void> {
      const rules = table.of(program);
      await runs.remark(runId, { rules, fresh, dropped });
      for (const other of runsOf(program, runId))
        await runs.remark(other, { rules, fresh, dropped }).catch((error: unknown) => {
          log('warn', `run ${other} is not read by what was marked: ${english(messageOf(error))}`);
        });
      changed.emit(program);
    }

    const inTurn = (work: () => Promise<void>): Promise<void> => {
      const own = last.then(work);
      last = own.catch(() => undefined);
      return own;
    };

    return {
      of(runId) {
        const program = programOfRun(runId);
        return { program, rules: table.of(program) };
      },
      trial,
      keep: (runId, rule, replaces) =>
        inTurn(async () => {
          const program = programOfRun(runId);
          const rules = table.of(program);
          if (rule.name !== replaces && rules.some(({ name }) => name === rule.name))
            throw new AppError('conflict', message('message.mark.known', { name: rule.name }));
          if (replaces === null && rules.length >= MARKS_MAX)
            throw new AppError('conflict', message('message.mark.tooMany', { most: MARKS_MAX }));
          const { isTaken } = await trial(runId, rule);
          if (isTaken) throw new AppError('conflict', message('message.mark.taken', { name: rule.name }));
          table.put(program, rule, replaces);
          await apply(program, runId, rule.name, replaces === null ? [] : [replaces]);
        }),
      remove: (runId, name) =>
        inTurn(async () => {
          const program = programOfRun(runId);
          if (!table.of(program).some((rule) => rule.name === name)) return;
          table.remove(program, name);
          await apply(program, runId, null, [name]);
        }),
      onChange: (listener) => changed.on(listener),
    };
  },
});

/** What a trial found: the first lines and the last, and a curve that is thinned by half whenever it is full. */
class Trial {
  private readonly first: Found[] = [];
  private lastFound: Found | null = null;
  private curve: { step: number; value: number | null }[] = [];
  private every = 1;
  private count = 0;
  private min = Infinity;
  private max = -Infinity;

  add(found: Found): void {
    if (this.first.length < TRIAL_LINES_MAX - 1) this.first.push(found);
    else this.lastFound = found;
    if (Number.isFinite(found.value)) {
      this.min = Math.min(this.min, found.value);
      this.max = Math.max(this.max, found.value);
    }
    if (this.count++ % this.every !== 0) return;
    this.curve.push({ step: found.step, value: finite(found.value) });
    if (this.curve.length <= TRIAL_POINTS_MAX) return;
    this.curve = this.curve.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  result(): Omit<MarkTrial, 'lines' | 'file' | 'isTaken'> {
    const shown = this.lastFound === null ? this.first : [...this.first, this.lastFound];
    return {
      found: this.count,
      examples: shown.map(({ step, value, line }) => ({ seq: line?.seq ?? 0, text: line?.text ?? '', value: finite(value), step })),
      curve: this.curve,
      min: finite(this.min),
      max: finite(this.max),
    };
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

import type { Log } from '@shared/base/log';
import type { Disposable } from '@shared/base/disposable';
import type { ScalarPoints } from '@shared/model/curve';
import type { RunLaunch } from '@shared/model/launch';
import type { MarkRule } from '@shared/model/mark';
import type { ParamValues } from '@shared/model/param';
import type { Program } from '@shared/model/program';
import type { EngineId } from '@shared/model/recipes';
import type { Run, RunEnergy, RunLabelsChange } from '@shared/model/run';
import type { Reading } from '@shared/model/series';
import type { TrainingRecipe } from '@shared/studio/recipe';
import type { Message } from '@shared/text/message';
import type { RunAppend } from '../store/records/runs/runs';
import type { StoreWriter } from '../store/types';
import type { RunLogs } from './log/run-logs';
import type { ProcessLauncher } from './launcher';
import type { Remark } from './marks/remark';
import type { TextLog } from './text-logs/text-log-list';
import type { TrainingSources } from './kept-recipe';
import type { AdoptRequest, Described, Prepared } from './run-start';
import type { Snapshots } from './snapshot/snapshots';
import type { SupervisorTimings } from './supervisor';

export interface JobsOptions extends Partial<SupervisorTimings> {
  readonly writer: Pick<StoreWriter, 'runs' | 'curves'>;
  /** What the runs say, in files; closed by whoever made it. */
  readonly logs: RunLogs;
  readonly launcher: ProcessLauncher;
  /** Leaves the values of secrets out of why a run failed. Default: nothing is left out. */
  readonly redact?: (message: Message) => Message;
  /** The entry point of every reading; atMs is wall clock, whole ms. */
  readonly append: (atMs: number, readings: readonly Reading[]) => void;
  /** The folder with a folder for each run. */
  readonly runsDir: string;
  readonly training: TrainingSources;
  /** The folder with the helper for Python programs. */
  readonly pythonDir: string;
  readonly enginesDir: string;
  readonly log: Log;
  /** Wall clock, ms. */
  readonly now?: () => number;
  /** Runs without GPUs of their own at the same time; the others wait their turn. Default 1. */
  readonly maxRunning?: number;
  /** What a program's run gets beside what is kept of it: its secrets, and which GPUs it sees. Fails with why it cannot begin. Default: nothing. */
  readonly prepare?: (run: Run) => Prepared | Promise<Prepared>;
  /** No run begins here; the core after this one lets them. Default false. */
  readonly hold?: boolean;
  /** Takes down what there is when a program begins. Default: nobody does. */
  readonly snapshots?: Pick<Snapshots, 'begin' | 'close'>;
  /** The numbers that persons marked in what a program prints. Default: none. */
  readonly rulesOf?: (program: Program) => readonly MarkRule[];
  /** Whether a GPU that a run asks for is there. Default: it is. */
  readonly isPresent?: (gpu: string) => boolean;
}

export interface RunRequest {
  readonly recipe: string;
  /** Trained in place of the one of that name. */
  readonly document?: TrainingRecipe | undefined;
  readonly engine: EngineId;
  readonly params: ParamValues;
  readonly labels?: RunLabelsChange | undefined;
  /** The run that it is a part of. */
  readonly parent?: string | null | undefined;
}

export interface ProgramRequest {
  readonly program: Program;
  readonly labels?: RunLabelsChange | undefined;
  readonly launch?: RunLaunch | undefined;
}

/** The queue of runs and the record of all of them. */
export interface Jobs {
  /** @returns the id of the queued run @throws AppError 'not-found', 'invalid-input', 'storage-…'; 'conflict' once closing */
  start(request: RunRequest): string;
  /**
   * A run that goes on where an ended one left its last checkpoint. @param engine null = the same
   * @returns its id @throws AppError 'not-found', 'conflict' where the other goes on or left none, 'storage-…'
   */
  resumeRun(runId: string, engine: EngineId | null): string;
  /** Any program of this machine: for the person at this machine, not for pages. Returns and throws the same. */
  startProgram(request: ProgramRequest): string;
  /** A run of any other kind that the trainer does; its parameters were checked. Returns and throws the same. */
  startWork(described: Described): string;
  /** Watches a process that was started elsewhere, at once, as a run. @throws AppError 'storage-…'; 'conflict' once closing */
  adopt(request: AdoptRequest): string;
  /** Asks the run to stop, or watches one that was adopted no longer; does nothing to a final one. @throws AppError 'not-found' */
  stop(runId: string): void;
  /** Ends it for a reason of the core's, as a stop does. */
  stopFor(runId: string, why: Message): void;
  /** Which of its limits do not hold now. */
  noteUnheld(runId: string, notes: readonly Message[]): void;
  /** Halts all its processes, or lets them go on. @throws AppError 'not-found', 'conflict' while it is not under way, 'invalid-input' where it cannot be done */
  pause(runId: string, paused: boolean): void;
  /** Puts one that waits right before another, or last. @throws AppError 'conflict' where one does not wait */
  move(runId: string, before: string | null): void;
  /** @throws AppError 'conflict' where it does not wait */
  setPriority(runId: string, priority: number): void;
  /** Lets one that waits its turn, or its next attempt, begin now. @throws AppError 'conflict' where it does not wait, or waits for more than that */
  startNow(runId: string): void;
  /** @throws AppError 'not-found', 'conflict' while it is not final, 'storage-…' */
  delete(runId: string): void;
  /** Those that wait or are under way, oldest first. */
  living(): Run[];
  /** How many wait and how many are under way. */
  counts(): { readonly queued: number; readonly running: number };
  get(runId: string): Run | null;
  /** The folder for what a run leaves, whether it is there or not. */
  artifactsOf(runId: string): string;
  /** The run if it is living or not stored yet; nothing is read for it. */
  held(runId: string): Run | null;
  /** Names a run, tags it, writes to it, also while it is under way. @throws AppError 'not-found' */
  label(runId: string, labels: RunLabelsChange): void;
  /** Reads what a person marked from its log, and goes on so. @throws AppError 'not-found', 'storage-…' */
  remark(runId: string, change: Remark): Promise<void>;
  /** The texts that a run's program wrote, which are read like what it prints. */
  textLogs(runId: string): readonly TextLog[];
  /** The first process of each run under way; undefined = its runtime does not tell it. */
  processes(): ReadonlyMap<string, number | undefined>;
  /** Points that were published although the database could not take them yet: the newest of the run's curves. */
  notStored(runId: string): readonly ScalarPoints[];
  onRun(listener: (run: Run) => void): Disposable;
  onDeleted(listener: (runId: string) => void): Disposable;
  /** What became of a run that was under way when its core was lost: it goes on here, or it is over. */
  onFound(listener: (run: Run) => void): Disposable;
  /** One that failed, and the run that is its next attempt. */
  onRetry(listener: (attempt: { failed: Run; next: Run }) => void): Disposable;
  /** New points; `get` already gives the run they belong to. */
  onAppend(listener: (news: { runId: string; append: RunAppend }) => void): Disposable;
  /** Saves and publishes what the run drew. An unknown run is ignored: it was deleted meanwhile. */
  setEnergy(runId: string, energy: RunEnergy): void;
  /**
   * Finds out what became of the runs that a lost core left under way; until then they stand in the list as they were, and
   * nothing is started. To be called once, when all who want to hear of it listen.
   * @param resume go on with those whose program is to be found, and let those that waited wait for their turn here, before all
   *   others. False: a core after this one does that.
   */
  recover(resume: boolean): Promise<void>;
  /** Running runs are asked to stop, then killed; those that were adopted are left to the next core, and those that wait go on waiting, for the next start. Safe twice; both calls wait. */
  close(): Promise<void>;
}

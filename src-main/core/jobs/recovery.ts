import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { programOf } from '@shared/model/program';
import type { Run } from '@shared/model/run';
import type { LogLine } from '@shared/model/run-log';
import { endGroup } from '../../children/group';
import { describeProcess } from '../processes/describe';
import { bootId, isAlive, type ProcessIdentity } from '../../children/identity';
import { endMarked, markedProcesses } from '../../children/marked';
import { readExitFile } from '../../children/output-spool';
import type { StoreWriter } from '../store/types';
import type { LeftProcess, ProcessLauncher } from './launcher';
import { logPages } from './log/log-pages';
import type { RunLogs } from './log/run-logs';
import { forgetProcess, notedProcess } from './process-file';
import { outputFolder } from './run-folders';
import type { RunRecord } from './run-record';
import { filesOf, stopOf, watchOf } from './run-start';
import type { LostProcess } from './state-machine';
import type { Supervised } from './supervisor';

/** How long a trainer that lost its core may take to end by itself, ms. */
const ORPHAN_MS = 5_000;
const LOOK_EVERY_MS = 100;

export interface RecoveryOptions {
  readonly writer: Pick<StoreWriter, 'curves'>;
  readonly logs: Pick<RunLogs, 'lastAtMs' | 'read'>;
  readonly launcher: Pick<ProcessLauncher, 'adopt'>;
  readonly runsDir: string;
  /** Whether a program that is found is gone on with here; else it is left to a core after this one. */
  readonly resume: boolean;
  /** Wall clock, whole ms. */
  readonly now: () => number;
  /** From then on nothing is adopted: it would be ended at once. */
  readonly isClosing: () => boolean;
  /** Sees the process of the run through to its end. */
  readonly see: (supervised: Supervised) => void;
}

/**
 * Finds out what became of a run whose core was lost, and goes on with it where that can be done.
 * @returns `ended`: while nobody watched; it is over as soon as the last of its output is read. `left`: to a core after this one
 */
export async function recoverRun(record: RunRecord, options: RecoveryOptions): Promise<'adopted' | 'ended' | 'lost' | 'left'> {
  const { run } = record;
  const { writer, logs, launcher, runsDir, now, see } = options;
  const lastMs = Math.min(now(), lastSignMs(writer, logs, run));
  if (run.control.adopted !== null) return recoverAdopted(record, options, lastMs);
  const process = await findProcess(runsDir, run.id);
  if (process.t === 'lost') {
    record.log('core', `The core was lost at ${iso(lastMs)} or soon after; this run was lost with it`);
    record.apply({ t: 'core-lost', found: process.found, atMs: lastMs });
    return 'lost';
  }
  if (!options.resume || options.isClosing()) return 'left';
  const left = { ...process.left, terminal: run.launch.pty };
  const earlier = await keptOutput(logs, run.id);
  const program = programOf(run.params);
  const unwatched = { fromMs: lastMs, toMs: now() };
  record.log('core', `No core watched this run from ${iso(unwatched.fromMs)} to ${iso(unwatched.toMs)}`);
  see({
    begin: (onError) => launcher.adopt(left, onError),
    // Its files cannot be read: a program that nobody hears and nobody can tell the end of is none of a run's.
    refused: () => {
      if (process.t === 'running') endGroup(left.identity.pid, 'SIGKILL');
      return { t: 'core-lost', found: process.t === 'running' ? 'ended' : process.found, atMs: lastMs };
    },
    away: process.t === 'ended' ? { unwatched, found: process.found } : null,
    trainer: null,
    ...(program === null ? {} : { files: filesOf(runsDir, run.id, program, true) }),
    stop: stopOf(run.launch),
    earlier,
  });
  if (process.t === 'ended') return 'ended';
  record.apply({ t: 'adopted', unwatched });
  return 'adopted';
}

/** A process that was started elsewhere is found by its pid and its start alone: it lived on whatever became of the core. */
async function recoverAdopted(
  record: RunRecord,
  { runsDir, resume, isClosing, now, see }: RecoveryOptions,
  lastMs: number,
): Promise<'adopted' | 'lost' | 'left'> {
  const { run } = record;
  const identity = notedProcess(runsDir, run.id);
  const unwatched = { fromMs: lastMs, toMs: now() };
  if (identity === null || !(await isAlive(identity))) {
    record.log('core', `No core watched this run from ${iso(lastMs)} on; its process has ended since`);
    const found = identity !== null && identity.bootId !== bootId() ? 'rebooted' : 'gone';
    record.apply({ t: 'exit', code: null, signal: null, error: null, foreign: true, away: { unwatched, found } });
    forgetProcess(runsDir, run.id);
    return 'lost';
  }
  if (!resume || isClosing()) return 'left';
  record.log('core', `No core watched this run from ${iso(lastMs)} to ${iso(unwatched.toMs)}`);
  const described = await describeProcess(identity.pid);
  see(watchOf(runsDir, run.id, identity, 'folder' in described ? described.folder : null, true));
  record.apply({ t: 'adopted', unwatched });
  return 'adopted';
}

/** All that is kept of its output. Where that cannot be read, its steps are counted anew. */
async function keptOutput(logs: Pick<RunLogs, 'read'>, runId: string): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  try {
    for await (const page of logPages(logs, runId)) lines.push(...page);
  } catch {
    return [];
  }
  return lines;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** What a core finds of a run that the one before left under way. */
type Found =
  /** A program that prints into files and still runs. */
  | { readonly t: 'running'; readonly left: LeftProcess }
  /** One that has ended: its files have its last output and, as a rule, its exit code. */
  | { readonly t: 'ended'; readonly left: LeftProcess; readonly found: LostProcess }
  /** Nothing that could be gone on with; whatever still ran has been ended. */
  | { readonly t: 'lost'; readonly found: LostProcess };

/**
 * Looks for the process of a run by its pid and when it began, and ends what cannot be adopted: a trainer, whose channel broke
 * with its core, and whatever it started.
 */
async function findProcess(runsDir: string, runId: string): Promise<Found> {
  const identity = notedProcess(runsDir, runId);
  if (identity === null) {
    // It may have begun just before its core was lost.
    const left = await endMarked(runId, 'SIGKILL');
    return { t: 'lost', found: left > 0 ? 'ended' : 'unknown' };
  }
  const outputDir = outputFolder(runsDir, runId);
  return existsSync(outputDir) ? findProgram({ identity, runId, outputDir }) : endTrainer(identity, runId);
}

async function findProgram(left: LeftProcess): Promise<Found> {
  if (await isAlive(left.identity)) return { t: 'running', left };
  if (readExitFile(left.outputDir) !== null) return { t: 'ended', left, found: 'gone' };
  if (left.identity.bootId !== bootId()) return { t: 'ended', left, found: 'rebooted' };
  // Whoever adopts it ends what it left behind.
  const orphans = await markedProcesses(left.runId ?? '');
  return { t: 'ended', left, found: orphans.length > 0 ? 'ended' : 'gone' };
}

async function endTrainer(identity: ProcessIdentity, runId: string): Promise<Found> {
  if (identity.bootId !== bootId()) return { t: 'lost', found: 'rebooted' };
  const ended = !(await isAlive(identity)) || (await endsByItself(identity));
  if (!ended) endGroup(identity.pid, 'SIGKILL');
  const left = await endMarked(runId, 'SIGKILL');
  return { t: 'lost', found: !ended || left > 0 ? 'ended' : 'gone' };
}

async function endsByItself(identity: ProcessIdentity): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < ORPHAN_MS; waitedMs += LOOK_EVERY_MS) {
    await setTimeout(LOOK_EVERY_MS);
    if (!(await isAlive(identity))) return true;
  }
  return false;
}

/** The last moment at which a core is known to have watched this run: its span must not take in the time after. */
function lastSignMs(writer: Pick<StoreWriter, 'curves'>, logs: Pick<RunLogs, 'lastAtMs'>, run: Run): number {
  const watched = run.interruptions.at(-1)?.toMs;
  const signs = [run.createdAtMs, run.startedAtMs, watched, writer.curves.newestMs(run.id), logs.lastAtMs(run.id)];
  return Math.max(...signs.filter((atMs) => atMs !== null && atMs !== undefined));
}

import { resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { Program, PROGRAM_KIND, programOf } from '@shared/model/program';
import { findRun, openRuns } from '../open-runs';
import { dataOption, defineCommand, type CliContext } from '../command';
import { launchOf, launchOptions } from '../launch-options';
import { UsageError } from '../usage';
import { runHere } from './run';

export interface RerunRequest {
  readonly dataDir: string | null;
  readonly run: string;
  /** Instead of those it had; null = the same. */
  readonly args: readonly string[] | null;
  readonly cwd: string | null;
  readonly name: string | null;
  readonly queue: boolean;
  /** As commander read them: they are changes of what the run has. */
  readonly options: unknown;
}

export const rerunCommand = defineCommand({
  name: 'rerun',
  summary: 'run a program again as a run had it, with changes',
  missing: 'Which run? npm start -- runs lists them',
  define: (cli) => {
    const rerun = cli
      .argument('<RUN>', 'its id, or how it begins')
      .argument('[ARGS...]', 'behind "--": its arguments, instead of those it had')
      .option('--name <NAME>', 'what the new run is called, default as the other')
      .option('--cwd <DIR>', 'where it runs, default as the other')
      .option('--queue', 'put it into the queue of the Coldaisle that runs, and follow it; else it begins with the next start')
      .addOption(dataOption());
    for (const option of launchOptions()) rerun.addOption(option);
    return rerun;
  },
  check: (options, run, args): RerunRequest => ({
    dataDir: options.data ?? null,
    run,
    args: args.length === 0 ? null : args,
    cwd: options.cwd === undefined ? null : resolve(options.cwd),
    name: options.name ?? null,
    queue: options.queue === true,
    options,
  }),
  run: runAgain,
});

async function runAgain(request: RerunRequest, context: CliContext): Promise<number> {
  const { readRun, runColumns } = await import('../../../core/store/records/runs/rows');
  const { defaultName } = await import('../../../core/jobs/run-start');
  const db = openRuns(context.paths(request.dataDir).dataDir);
  let run;
  try {
    const id = findRun(db, request.run);
    const row = db.query<Parameters<typeof readRun>[0]>(`SELECT ${runColumns.join(', ')} FROM run WHERE id = ?`).get(id);
    if (row === undefined) throw new AppError('not-found', `There is no run "${id}".`);
    run = readRun(row, () => undefined);
  } finally {
    db.close();
  }
  const before = run.kind === PROGRAM_KIND ? programOf(run.params) : null;
  if (before === null) throw new AppError('invalid-input', `Run ${run.id} is no program. npm start -- train starts a recipe.`);
  const program = Program.safeParse({ ...before, args: request.args ?? before.args, cwd: request.cwd ?? before.cwd });
  if (!program.success) throw new UsageError(`This program cannot be run: ${program.error.issues[0]?.message ?? ''}`);
  // One that was called by its command line is called by the new one.
  const name = run.name === defaultName(before) ? null : run.name;
  return runHere(
    {
      dataDir: request.dataDir,
      program: program.data,
      labels: { name: request.name ?? name, tags: run.tags, notes: run.notes },
      // What it was to follow is over.
      launch: launchOf(request.options, { ...run.launch, after: [] }),
      queue: request.queue,
    },
    context,
  );
}

import { resolve } from 'node:path';
import { plainLaunch, type RunLaunch } from '@shared/model/launch';
import { PROGRAM_KIND, Program } from '@shared/model/program';
import { RunLabels, RunTag } from '@shared/model/run';
import { launchOfFile, runFileSchema } from '@shared/model/run-file';
import type { RunLabelsChange } from '@shared/model/run';
import { dataOption, defineCommand, type CliContext } from '../command';
import { launchOf, launchOptions, readRunFile } from '../launch-options';
import type { ProgramStart } from '../../../core/programs/service';
import type { RuntimePaths } from '../../paths';
import type { RunningCore } from '../running-core';
import { onStopSignal } from '../signals';
import { UsageError } from '../usage';
import { list } from '../values';

export interface RunProgramRequest {
  readonly dataDir: string | null;
  readonly program: Program;
  readonly labels: RunLabelsChange;
  readonly launch: RunLaunch;
  /** Only put into the queue, for the next Coldaisle that stays. */
  readonly queue: boolean;
}

type RunRequest = RunProgramRequest | { readonly schema: true };

export const runCommand = defineCommand({
  name: 'run',
  summary: 'run any program in this terminal and price it',
  missing: 'Which program? run -- python train.py',
  define: (cli) => {
    const run = cli
      .argument('[COMMAND...]', 'behind "--": the program and its arguments')
      .option('--name <NAME>', 'what the run is called, default its command line')
      .option('--tag <TAGS>', 'separated by commas')
      .option('--notes <TEXT>', 'a word about it')
      .option('--cwd <DIR>', 'where it runs, default here')
      .option('--file <FILE>', 'all of it from a JSON file; what is typed beside it counts')
      .option('--schema', 'print the JSON schema of such a file, and run nothing')
      .option('--queue', 'put it into the queue of the Coldaisle that runs, and follow it; else it begins with the next start')
      .addOption(dataOption());
    for (const option of launchOptions()) run.addOption(option);
    return run;
  },
  check: (options, words): RunRequest => {
    const { data, name, tag, notes, cwd, file, queue, schema } = options;
    if (schema === true) return { schema };
    const read = file === undefined ? null : readRunFile(file);
    if (words.length === 0 && read === null) throw new UsageError('Which program? run -- python train.py');
    if (words.length > 0 && read !== null) throw new UsageError(`The program is told by ${file}: leave out what stands behind "--".`);
    const [command = '', ...args] = read === null ? words : [read.program, ...read.args];
    const program = Program.safeParse({ command, args, cwd: cwd === undefined ? (read?.folder ?? resolve('.')) : resolve(cwd) });
    const label = RunLabels.shape.name.safeParse(name ?? read?.name ?? null);
    if (!label.success) throw new UsageError(`--name ${name}: ${label.error.issues[0]?.message ?? ''}`);
    if (!program.success) throw new UsageError(`This ${PROGRAM_KIND} cannot be run: ${program.error.issues[0]?.message ?? ''}`);
    const tags = tag === undefined ? (read?.tags ?? []) : list(tag);
    const refused = tags.find((one) => !RunTag.safeParse(one).success);
    if (refused !== undefined) throw new UsageError(`--tag ${refused}: at most 60 characters`);
    return {
      dataDir: data ?? null,
      program: program.data,
      labels: { name: label.data, tags, notes: notes ?? read?.notes ?? '' },
      launch: launchOf(options, read === null ? plainLaunch : launchOfFile(read)),
      queue: queue === true,
    };
  },
  run: (request, context) => ('schema' in request ? printSchema(context) : runHere(request, context)),
});

function printSchema({ terminal }: CliContext): Promise<number> {
  terminal.line(JSON.stringify(runFileSchema(), null, 2));
  return Promise.resolve(0);
}

/** In the core that runs on this data folder, else in one of its own. */
export async function runHere({ dataDir, queue, ...asked }: RunProgramRequest, context: CliContext): Promise<number> {
  const [{ linkToCore }, { followThere, withOwnVariables }] = await Promise.all([
    import('../../terminal-link/client'),
    import('../linked'),
  ]);
  const paths = context.paths(dataDir);
  const { findDependencies } = await import('../open-runs');
  const request = { ...asked, launch: { ...asked.launch, after: findDependencies(paths.dataDir, asked.launch.after) } };
  const linked = await linkToCore(paths.dataDir);
  if (linked !== null) {
    const launch = { ...request.launch, env: withOwnVariables(request.launch.env) };
    const start = async (): Promise<string> => (await linked.client.call('programs.start', { ...request, launch })).runId;
    return followThere(linked, context, start, queue);
  }
  return queue ? queueUp(paths, request, context) : followHere(paths, context, ({ core }) => core.startProgram(request));
}

/** In a core of its own, which ends with the run. */
export async function followHere(
  paths: RuntimePaths,
  context: CliContext,
  begin: (running: RunningCore) => Promise<string>,
): Promise<number> {
  let stop = (): void => undefined;
  let asked = false;
  const signals = onStopSignal(() => {
    asked = true;
    stop();
  });
  const { follow } = await import('../train');
  const running = await context.startCore(paths);
  const attempts = new Map<string, string>();
  const retries = running.core.onRetry((failed, next) => attempts.set(failed, next));
  try {
    if (asked) return 130;
    const start = (): Promise<string> => begin(running);
    const nextOf = (runId: string): string | null => attempts.get(runId) ?? null;
    return await follow(running.client, context.terminal, { start, showOutput: true, nextOf }, (ask) => {
      stop = ask;
      if (asked) ask();
    });
  } finally {
    retries.dispose();
    await running.close();
    signals.dispose();
  }
}

async function queueUp(paths: RuntimePaths, request: ProgramStart, context: CliContext): Promise<number> {
  const running = await context.startCore(paths, { holding: true });
  try {
    context.terminal.line(`Run ${await running.core.startProgram(request)} waits. It begins when Coldaisle is started: npm start`);
    return 0;
  } finally {
    await running.close();
  }
}

import { engineIds, type EngineId } from '@shared/model/recipes';
import { dataOption, defineCommand, type CliContext } from '../command';
import { suggestion } from '../nearest';
import { findRun, openRuns } from '../open-runs';
import { onStopSignal } from '../signals';
import { UsageError } from '../usage';

export interface ResumeRequest {
  readonly dataDir: string | null;
  readonly run: string;
  /** Null = the one that it had. */
  readonly engine: EngineId | null;
}

export const resumeCommand = defineCommand({
  name: 'resume',
  summary: 'go on with a training from its last checkpoint',
  missing: 'Which run? npm start -- runs lists them',
  define: (cli) =>
    cli
      .argument('<RUN>', 'its id, or how it begins')
      .option('--engine <ENGINE>', `${engineIds.join(' or ')}, default the one that it had`)
      .addOption(dataOption()),
  check: (options, run): ResumeRequest => {
    const engine = engineIds.find((id) => id === options.engine) ?? null;
    if (options.engine !== undefined && engine === null)
      throw new UsageError(`Unknown engine "${options.engine}". ${suggestion(options.engine, engineIds)}`);
    return { dataDir: options.data ?? null, run, engine };
  },
  run: resumeHere,
});

async function resumeHere({ dataDir, run, engine }: ResumeRequest, context: CliContext): Promise<number> {
  const db = openRuns(context.paths(dataDir).dataDir);
  let runId;
  try {
    runId = findRun(db, run);
  } finally {
    db.close();
  }
  let stop = (): void => undefined;
  let asked = false;
  onStopSignal(() => {
    asked = true;
    stop();
  });
  const { follow } = await import('../train');
  const running = await context.startCore(context.paths(dataDir));
  try {
    if (asked) return 130;
    const start = async (): Promise<string> => (await running.client.call('runs.resume', { runId, engine })).runId;
    return await follow(running.client, context.terminal, { start, showOutput: false, nextOf: () => null }, (ask) => {
      stop = ask;
      if (asked) ask();
    });
  } finally {
    await running.close();
  }
}

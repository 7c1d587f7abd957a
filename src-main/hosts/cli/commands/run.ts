import { resolve } from 'node:path';
import { PROGRAM_KIND, Program } from '@shared/model/program';
import { RunLabels } from '@shared/model/run';
import { dataOption, defineCommand, type CliContext } from '../command';
import { onStopSignal } from '../signals';
import { UsageError } from '../usage';

export interface RunProgramRequest {
  readonly dataDir: string | null;
  readonly program: Program;
  readonly name: string | null;
}

export const runCommand = defineCommand({
  name: 'run',
  summary: 'run any program in this terminal and price it',
  missing: 'Which program? run -- python train.py',
  define: (cli) =>
    cli
      .argument('<COMMAND...>', 'behind "--": the program and its arguments')
      .option('--name <NAME>', 'what the run is called, default its command line')
      .option('--cwd <DIR>', 'where it runs, default here')
      .addOption(dataOption()),
  check: ({ data, name, cwd }, typed): RunProgramRequest => {
    const [command = '', ...args] = typed;
    const program = Program.safeParse({ command, args, cwd: resolve(cwd ?? '.') });
    const label = RunLabels.shape.name.safeParse(name ?? null);
    if (!label.success) throw new UsageError(`--name ${name}: ${label.error.issues[0]?.message ?? ''}`);
    if (!program.success) throw new UsageError(`This ${PROGRAM_KIND} cannot be run: ${program.error.issues[0]?.message ?? ''}`);
    return { dataDir: data ?? null, program: program.data, name: label.data };
  },
  run: runHere,
});

async function runHere({ dataDir, program, name }: RunProgramRequest, context: CliContext): Promise<number> {
  let stop = (): void => undefined;
  let asked = false;
  const signals = onStopSignal(() => {
    asked = true;
    stop();
  });
  const { follow } = await import('../train');
  const running = await context.startCore(context.paths(dataDir));
  try {
    if (asked) return 130;
    const start = (): string => running.core.startProgram({ program, labels: { name } });
    return await follow(running.client, context.terminal, { start, showOutput: true }, (ask) => {
      stop = ask;
      if (asked) ask();
    });
  } finally {
    await running.close();
    signals.dispose();
  }
}

import { z } from 'zod';
import { plainLaunch, RunLaunch } from './launch';
import { Program } from './program';
import { RunLabels } from './run';

/** A program's run as a file that is kept beside it: all that can be asked for, by the names of the terminal. */
export const RunFile = z
  .strictObject({
    $schema: z.string().optional(),
    program: Program.shape.command.describe('The program, as in a terminal: a name found in PATH, or a path from the folder.'),
    args: Program.shape.args.default([]).describe('Its arguments, one text each.'),
    folder: z.string().min(1).default('.').describe('The folder it runs in, from the folder of this file.'),
    name: RunLabels.shape.name.default(null).describe('What the run is called; null: its command line.'),
    tags: z.array(z.string().trim().min(1).max(60)).max(32).default([]).describe('Words that runs are found by.'),
    notes: RunLabels.shape.notes.default(''),
    env: RunLaunch.shape.env.describe('Variables beside those that every program gets. Give secrets at the terminal: --env NAME.'),
    gpus: z
      .array(z.string().min(1).max(200))
      .max(64)
      .default([])
      .describe('The GPUs that it waits for and sees, by label (gpu0), UUID or PCI address.'),
    shared: RunLaunch.shape.shared.describe('Others that say so too may have the same GPUs meanwhile.'),
    priority: RunLaunch.shape.priority.describe('Of two that wait for the same, the one with the higher goes first.'),
    after: RunLaunch.shape.after.describe('Runs that are to be over before.'),
    retries: RunLaunch.shape.retries.describe('Begun again so many times when it fails; each wait is twice the one before.'),
    limits: RunLaunch.shape.limits.describe('At the first of these that is reached it is stopped.'),
    stop: RunLaunch.shape.stop.describe('How it is asked to end, and the seconds until it is killed.'),
    pty: RunLaunch.shape.pty.describe('Its output is a terminal, so that bars of progress are drawn.'),
  })
  .describe('A program that Coldaisle runs: npm start -- run --file FILE');
export type RunFile = z.infer<typeof RunFile>;

/** The schema of such a file, for editors and other programs. */
export const runFileSchema = (): unknown => z.toJSONSchema(RunFile, { io: 'input' });

/** What a file asks for beside the program. */
export function launchOfFile({ env, gpus, shared, priority, after, retries, limits, stop, pty }: RunFile): RunLaunch {
  return { ...plainLaunch, env, gpus, shared, priority, after, retries, limits, stop, pty };
}

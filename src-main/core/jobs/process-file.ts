import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { identify } from '../../children/identity';
import { runFolder } from './log/run-logs';

/** Which process a run has, for the core after this one: beside the run's log, as long as it is under way. */
const ProcessFile = z.object({
  v: z.literal(1),
  identity: z.object({ pid: z.number().int().positive(), startedAt: z.string(), bootId: z.string() }),
  /** Where its output goes; null = to pipes: it ends with its core. */
  outputDir: z.string().nullable(),
});
export type ProcessFile = z.infer<typeof ProcessFile>;

const NAME = 'process.json';

/** The output of a run's program, as files. */
export const outputFolder = (runsDir: string, runId: string): string => join(runFolder(runsDir, runId), 'output');

/** Writes down which process this is. Throws what the disk refuses; does nothing when it has ended already. */
export async function noteProcess(runsDir: string, runId: string, pid: number, outputDir: string | null): Promise<void> {
  const identity = await identify(pid);
  if (identity === null) return;
  const dir = runFolder(runsDir, runId);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file: ProcessFile = { v: 1, identity, outputDir };
  // Whole or not at all, also when this process ends now.
  const part = join(dir, `${NAME}.part`);
  writeFileSync(part, JSON.stringify(file), { mode: 0o600 });
  renameSync(part, join(dir, NAME));
}

/** Null when nobody wrote it down, or another version did. */
export function readProcessFile(runsDir: string, runId: string): ProcessFile | null {
  try {
    return ProcessFile.safeParse(JSON.parse(readFileSync(join(runFolder(runsDir, runId), NAME), 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** The process has ended. */
export function forgetProcess(runsDir: string, runId: string): void {
  rmSync(join(runFolder(runsDir, runId), NAME), { force: true });
}

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { identify, type ProcessIdentity } from '../../children/identity';
import { readIdentityFile } from '../../children/output-spool';
import { outputFolder, runFolder } from './run-folders';

const ProcessFile = z.object({
  v: z.literal(1),
  identity: z.object({ pid: z.number().int().positive(), startedAt: z.string().min(1), bootId: z.string() }),
});

const NAME = 'process.json';

/**
 * Writes down which process a run has, for the core after this one. Throws what the disk refuses; does nothing when the
 * process has ended already.
 */
export async function noteProcess(runsDir: string, runId: string, pid: number): Promise<void> {
  const identity = await identify(pid);
  if (identity !== null) noteIdentity(runsDir, runId, identity);
}

/** The same of a process that is known. Throws what the disk refuses. */
export function noteIdentity(runsDir: string, runId: string, identity: ProcessIdentity): void {
  const dir = runFolder(runsDir, runId);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  // Whole or not at all, also when this process ends now.
  const part = join(dir, `${NAME}.part`);
  writeFileSync(part, JSON.stringify({ v: 1, identity } satisfies z.infer<typeof ProcessFile>), { mode: 0o600 });
  renameSync(part, join(dir, NAME));
}

/**
 * Which process a run had; null = it cannot be told. A program that prints into files says it itself before it begins, so
 * that there is no moment in which it runs and nobody knows it.
 */
export function notedProcess(runsDir: string, runId: string): ProcessIdentity | null {
  try {
    const parsed = ProcessFile.safeParse(JSON.parse(readFileSync(join(runFolder(runsDir, runId), NAME), 'utf8')));
    if (parsed.success) return parsed.data.identity;
  } catch {
    // Nobody wrote it down, or another version did.
  }
  return readIdentityFile(outputFolder(runsDir, runId));
}

/** The process has ended. */
export function forgetProcess(runsDir: string, runId: string): void {
  rmSync(join(runFolder(runsDir, runId), NAME), { force: true });
}

/** Whether a process was begun for this run: a disk that refuses its row leaves it among those that wait. */
export function wasBegun(runsDir: string, runId: string): boolean {
  return existsSync(join(runFolder(runsDir, runId), NAME)) || existsSync(outputFolder(runsDir, runId));
}

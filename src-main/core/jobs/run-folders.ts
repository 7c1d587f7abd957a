import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What lies in files of each run, beside the database. */
export const RUNS_FOLDER = 'runs';

/** The folder of one run, whatever characters another version's id has. */
export function runFolder(runsDir: string, runId: string): string {
  const name = encodeURIComponent(runId).replaceAll('.', '%2E').replaceAll('*', '%2A');
  return join(runsDir, name);
}

export const logFolder = (runsDir: string, runId: string): string => join(runFolder(runsDir, runId), 'log');

/** What a run's program prints, as files, while it is under way. */
export const outputFolder = (runsDir: string, runId: string): string => join(runFolder(runsDir, runId), 'output');

/** What a run's program leaves: models, pictures, tables. */
export const artifactsFolder = (runsDir: string, runId: string): string => join(runFolder(runsDir, runId), 'artifacts');

/** Where the helper on Python's path writes what a program logs by it, until it is read. */
export const helperFolder = (runsDir: string, runId: string): string => join(runFolder(runsDir, runId), 'helper');

/** No run's folder begins so: {@link runFolder} has no full stop. */
const DELETED = '.deleted-';

/**
 * Takes a run's folder away: out of sight at once, and then from the disk, which may take a while where there are many files.
 * Rejects with what the system refuses.
 */
export async function deleteRunFolder(runsDir: string, runId: string): Promise<void> {
  const gone = join(runsDir, `${DELETED}${randomUUID()}`);
  try {
    renameSync(runFolder(runsDir, runId), gone);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(gone, { recursive: true, force: true });
}

/** Goes on with what was being taken away when a core ended. */
export async function deleteRemains(runsDir: string): Promise<void> {
  const names = await readdir(runsDir).catch(() => []);
  for (const name of names) if (name.startsWith(DELETED)) await rm(join(runsDir, name), { recursive: true, force: true });
}

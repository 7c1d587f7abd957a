import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A text that a program wrote while it ran, and which of its bytes are this run's. */
export const TextLog = z.object({ path: z.string(), label: z.string(), from: z.number(), to: z.number() });
export type TextLog = z.infer<typeof TextLog>;

const listPath = (runFolder: string): string => join(runFolder, 'text-logs.json');

/** Keeps the list beside the run. @throws what the disk refuses */
export async function keepTextLogs(runFolder: string, logs: readonly TextLog[]): Promise<void> {
  const path = listPath(runFolder);
  await writeFile(`${path}.new`, JSON.stringify(logs), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Those of a run that is over; none of one whose list cannot be read. */
export function keptTextLogs(runFolder: string): TextLog[] {
  try {
    return z.array(TextLog).parse(JSON.parse(readFileSync(listPath(runFolder), 'utf8')));
  } catch {
    return [];
  }
}

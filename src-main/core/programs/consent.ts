import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConsentRecord } from '@shared/model/program-consent';

/** In the product's data folder. Only its owner can write there: whoever can already starts programs as that person. */
const CONSENT_FILE = 'programs-allowed.json';

const consentFile = (dataDir: string): string => join(dataDir, CONSENT_FILE);

/** Whether pages may have programs of this machine started, and who said so; null = they may not. */
export function readConsent(dataDir: string): ConsentRecord | null {
  try {
    const path = consentFile(dataDir);
    // In a folder that others can write to, theirs is none of this person's.
    if (process.getuid !== undefined && statSync(path).uid !== process.getuid()) return null;
    return ConsentRecord.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** Throws what the disk refuses. */
export function giveConsent(dataDir: string, by: ConsentRecord['by'], atMs: number): void {
  const path = consentFile(dataDir);
  const part = `${path}.part`;
  writeFileSync(part, JSON.stringify({ atMs, by } satisfies ConsentRecord), { mode: 0o600 });
  renameSync(part, path);
}

/** @returns whether there was one */
export function withdrawConsent(dataDir: string): boolean {
  const had = readConsent(dataDir) !== null;
  rmSync(consentFile(dataDir), { force: true });
  return had;
}

import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** Text of a small system file, trimmed; null when it does not exist or refuses (a sensor may answer EIO, ENODATA, EAGAIN). */
export async function readText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return null;
  }
}

/**
 * Text of one of the kernel's own accounts under /proc, trimmed; null when it does not exist. These are printed from memory
 * and never wait for a device, and read at once they cost a small part of what four turns of the thread pool cost. Not for sysfs,
 * where a sensor may take its time, and not for /proc/cpuinfo, which asks every core for its clock.
 */
export function readAccount(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** A number as sysfs prints it; null when missing or no number. */
export async function readNumber(path: string): Promise<number | null> {
  return toNumber(await readText(path));
}

export function toNumber(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Made once: each comparison by locale would look its rules up anew. */
export const inNaturalOrder = new Intl.Collator('en', { numeric: true });

/** Names in a folder in natural order (hwmon2 before hwmon10); none when it does not exist. */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort(inNaturalOrder.compare);
  } catch {
    return [];
  }
}

export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

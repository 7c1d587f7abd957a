import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Where the terminal finds a running core: a socket or a pipe of this user's, and what it says to be let in. */
const Address = z.object({ v: z.literal(1), path: z.string().min(1), token: z.string().min(32), pid: z.number().int() });
export type TerminalAddress = z.infer<typeof Address>;

const FILE = 'terminal.json';
/** A socket's path is that long at most on macOS, bytes, its end among them; Linux has a few more. */
const PATH_MAX = 103;
export const TOKEN_HEADER = 'x-coldaisle-token';

/** A place of its own, which only this user may open. */
export function newAddress(dataDir: string, platform: NodeJS.Platform = process.platform): TerminalAddress {
  const token = randomBytes(32).toString('hex');
  if (platform === 'win32') return { v: 1, path: `\\\\.\\pipe\\coldaisle-${randomBytes(16).toString('hex')}`, token, pid: process.pid };
  const near = join(dataDir, 'core.sock');
  const path = Buffer.byteLength(near) <= PATH_MAX ? near : join(mkdtempSync(join(tmpdir(), 'coldaisle-')), 'core.sock');
  return { v: 1, path, token, pid: process.pid };
}

/** Throws what the disk refuses. */
export function writeAddress(dataDir: string, address: TerminalAddress): void {
  const path = join(dataDir, FILE);
  writeFileSync(`${path}.part`, JSON.stringify(address), { mode: 0o600 });
  renameSync(`${path}.part`, path);
}

export function removeAddress(dataDir: string, { path }: TerminalAddress): void {
  rmSync(join(dataDir, FILE), { force: true });
  if (process.platform === 'win32') return;
  rmSync(path, { force: true });
  if (dirname(path) !== dataDir) rmSync(dirname(path), { recursive: true, force: true });
}

/** Null = no core of this folder has said where it is; one that is said may be gone. */
export function readAddress(dataDir: string): TerminalAddress | null {
  try {
    const path = join(dataDir, FILE);
    // Of another user it would lead to a core that is not this person's.
    if (process.getuid !== undefined && statSync(path).uid !== process.getuid()) return null;
    return Address.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

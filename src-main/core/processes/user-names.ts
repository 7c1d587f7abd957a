import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { childEnvironment } from '../../children/environment';

const run = promisify(execFile);
/** Longest that a directory service may take, ms. */
const ASK_MS = 5_000;

/** Names of users by their number: from the machine's own list, else from whatever directory the system asks. */
export class UserNames {
  private listed: ReadonlyMap<number, string> = new Map();
  private changedAtMs = -1;
  /** Of those that are not listed; null = nobody knows one. */
  private readonly asked = new Map<number, string | null>();

  /** @param file the machine's list, in the form of /etc/passwd */
  constructor(
    private readonly file = '/etc/passwd',
    private readonly ask: (uid: number) => Promise<string | null> = askSystem,
  ) {}

  /** The number stands for a name that is not known (yet). */
  nameOf(uid: number): string {
    const known = this.listed.get(uid) ?? this.asked.get(uid);
    if (known !== undefined && known !== null) return known;
    if (!this.asked.has(uid)) {
      this.asked.set(uid, null);
      void this.ask(uid).then((name) => this.asked.set(uid, name));
    }
    return String(uid);
  }

  /** Reads the list where it is another than before. */
  refresh(): void {
    try {
      const { mtimeMs } = statSync(this.file);
      if (mtimeMs === this.changedAtMs) return;
      this.changedAtMs = mtimeMs;
      this.listed = parsePasswd(readFileSync(this.file, 'utf8'));
    } catch {
      // A machine without one: each is asked for.
      this.listed = new Map();
    }
  }
}

function parsePasswd(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', , uid = ''] = line.split(':');
    // The first name of a number is the one that it is called by.
    if (name !== '' && /^\d+$/.test(uid) && !names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}

async function askSystem(uid: number): Promise<string | null> {
  try {
    const { stdout } = await run('getent', ['passwd', String(uid)], { timeout: ASK_MS, env: childEnvironment() });
    return stdout.split(':')[0] || null;
  } catch {
    // No such user, or no such program.
    return null;
  }
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function rootAbove(dir: string): string {
  return existsSync(join(dir, 'package.json')) ? dir : rootAbove(dirname(dir));
}

/** Found by looking upward, because this file too may have been bundled to another place (the benches are). */
export const repoRoot = rootAbove(import.meta.dirname);

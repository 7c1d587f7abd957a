// npm run typecheck [-- folders]: the types of each folder by its own rules. By the native compiler, which takes a quarter of the time; the
// older one stays for the tools that are built on it.
import { join } from 'node:path';
import { nativeCompiler, REPO } from './setup/paths.mjs';
import { runForeground } from './setup/run.mjs';

const folders = ['src-shared', 'src-main', 'src-main/preload', 'src-renderer', 'tests'];
const asked = process.argv.slice(2);

let failed = 0;
for (const folder of asked.length > 0 ? asked : folders) {
  // More threads work the same types out more than once, and the lint runs beside it.
  const code = await runForeground(process.execPath, [nativeCompiler, '-p', join(REPO, folder), '--singleThreaded'], { cwd: REPO });
  if (code !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);

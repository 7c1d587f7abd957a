import { join } from 'node:path';
import { runMain } from './setup/errors.mjs';
import { REPO } from './setup/paths.mjs';
import { runForeground } from './setup/run.mjs';
import { setUp } from './setup/set-up.mjs';

// npm run bench [-- names]: the figures of tests/bench, each as a ratio within one run.
await runMain(async () => {
  const { env } = await setUp({ electron: true, node: true, build: true, tests: true });
  return runForeground(process.execPath, [join(REPO, 'tests', 'bench', 'run.mjs'), ...process.argv.slice(2)], { cwd: REPO, env });
});

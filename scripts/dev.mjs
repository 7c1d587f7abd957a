import { join } from 'node:path';
import { forgetBuild } from './setup/build.mjs';
import { runMain, SetupError } from './setup/errors.mjs';
import { REPO } from './setup/paths.mjs';
import { runForeground } from './setup/run.mjs';
import { setUp } from './setup/set-up.mjs';
import { hasDisplay, sandboxSwitches } from './setup/system.mjs';

// npm run dev [-- args]: the window over electron-vite's server. A change of the page shows without a reload; a change
// of a main-side file restarts the app.
await runMain(async () => {
  if (!hasDisplay())
    throw new SetupError('npm run dev opens a window, and there is no display', { wayOut: 'Try: xvfb-run -a npm run dev' });
  const { electron, env } = await setUp({ electron: true });
  await forgetBuild();
  const electronVite = join(REPO, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const sandbox = (await sandboxSwitches(electron.executable)).length > 0 ? ['--noSandbox'] : [];
  return runForeground(process.execPath, [electronVite, 'dev', '--watch', ...sandbox, '--', ...process.argv.slice(2)], { cwd: REPO, env });
});

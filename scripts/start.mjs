import { join } from 'node:path';
import { runMain } from './setup/errors.mjs';
import { REPO } from './setup/paths.mjs';
import { route } from './setup/routing.mjs';
import { runForeground } from './setup/run.mjs';
import { setUp } from './setup/set-up.mjs';
import { hasDisplay, sandboxSwitches } from './setup/system.mjs';

// npm start [-- args]: sets up what is missing, then runs the window, the console or a terminal command.
await runMain(async () => {
  const { host, args, opensDatabase } = route(process.argv.slice(2), { display: hasDisplay() });
  if (host === 'window') {
    const { electron, env } = await setUp({ electron: true, build: true });
    return runForeground(electron.executable, [...(await sandboxSwitches(electron.executable)), REPO, ...args], { env });
  }
  const { env } = await setUp({ node: opensDatabase, build: true });
  return runForeground(process.execPath, [join(REPO, 'out', 'main', 'headless.js'), ...args], { env });
});

import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { canMakeDeb, makeDeb } from './packaging/debian.mjs';
import { packApp } from './packaging/pack.mjs';
import { requireTarget } from './packaging/targets.mjs';
import { runMain, SetupError } from './setup/errors.mjs';
import { REPO } from './setup/paths.mjs';
import { say } from './setup/progress.mjs';
import { setUp } from './setup/set-up.mjs';

const HELP = `npm run package [-- options]: an unpacked app folder in dist/, and on Linux a .deb

  --platform NAME   linux, darwin or win32 (this machine's by default)
  --arch NAME       x64 or arm64 (this machine's by default)
  --out DIR         where to put it (dist/ by default)
  --folder-only     no .deb
`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        platform: { type: 'string', default: process.platform },
        arch: { type: 'string', default: process.arch },
        out: { type: 'string', default: join(REPO, 'dist') },
        'folder-only': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new SetupError(error.message.replace(/\.? To specify.*/s, ''), { wayOut: 'Try: npm run package -- --help' });
  }
}

await runMain(async () => {
  const { platform, arch, out: outOption, 'folder-only': folderOnly, help } = readOptions();
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  requireTarget(platform, arch);
  const out = resolve(outOption);
  const { electron, sqliteBinding } = await setUp({ electron: true, build: true });
  await mkdir(out, { recursive: true });
  const app = await packApp({ electron, sqliteBinding, out, platform, arch });
  const made = [app.dir];
  if (platform === 'linux' && !folderOnly && canMakeDeb()) made.push(await makeDeb(app, arch, out));
  if (platform === 'linux' && !folderOnly && !canMakeDeb()) say('No .deb: that needs dpkg-deb, which Debian and its kin have.');
  if (platform !== 'linux') say('The app is not signed: signing it needs a certificate, on its own platform.');
  if (app.closednet) say('Made from the substitute Electron of closed networks: it tries the packaging, it is not for release.');
  process.stdout.write(`${made.map((path) => relative(process.cwd(), path) || path).join('\n')}\n`);
  return 0;
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onlyWhere } from '../../helpers/needs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const executable = process.env['ELECTRON_EXEC_PATH'] ?? '';
const switches = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(executable, [...switches, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

// Without a display a person runs these through npm test, which brings one.
describe(
  'the Electron that was set up',
  onlyWhere(
    existsSync(executable) && (process.platform !== 'linux' || Boolean(process.env['DISPLAY'])),
    'it needs Electron and a display: run it through npm test',
  ),
  () => {
    let app = '';
    beforeAll(async () => {
      app = await mkdtemp(join(tmpdir(), 'coldaisle-app-'));
      await writeFile(
        join(app, 'package.json'),
        JSON.stringify({ name: 'tiny', productName: 'Tiny App', version: '4.5.6', main: 'main.js' }),
      );
      await writeFile(
        join(app, 'main.js'),
        `const { app } = require('electron');
       if (process.argv.includes('--broken')) throw new Error('broken on purpose');
       app.whenReady().then(() => {
         const Database = require(${JSON.stringify(join(process.cwd(), 'node_modules', 'better-sqlite3'))});
         const nativeBinding = process.env.COLDAISLE_SQLITE_BINDING;
         const db = new Database(':memory:', nativeBinding ? { nativeBinding } : {});
         const answer = db.prepare('select 40 + 2 as n').get().n;
         process.stdout.write(JSON.stringify({ name: app.name, version: app.getVersion(), path: app.getAppPath(), packaged: app.isPackaged, last: process.argv.at(-1), answer }) + '\\n');
         app.exit(9);
       });`,
      );
    });
    afterAll(() => rm(app, { recursive: true, force: true }));

    it('says its version', async () => {
      const { code, stdout } = await run('--version');
      expect(code).toBe(0);
      expect(stdout).toMatch(/^v\d+\.\d+\.\d+\s*$/);
    });

    it('becomes the app of the folder it is given, loads the SQLite addon, and ends with its code', async () => {
      const { code, stdout } = await run(app, '--word');
      expect(JSON.parse(stdout)).toEqual({ name: 'Tiny App', version: '4.5.6', path: app, packaged: false, last: '--word', answer: 42 });
      expect(code).toBe(9);
    });
  },
);

describe('print-binding', () => {
  it('prints the addon that this Node loads, or nothing when its prebuild serves', async () => {
    const child = spawn(process.execPath, [join(process.cwd(), 'scripts', 'setup', 'print-binding.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    await once(child, 'close');
    const binding = text.trim();
    if (Number(process.versions.napi) >= 10) expect(binding).toBe('');
    else expect(existsSync(binding)).toBe(true);
  });
});

import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './scripts/support';

const root = resolve(import.meta.dirname, '../..');

const eslint = new ESLint({ cwd: root });

async function rulesBroken(path: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath: join(root, path) });
  expect(result?.messages.filter((message) => message.fatal)).toEqual([]);
  return (result?.messages ?? []).map((message) => message.ruleId);
}

const use = (source: string): string => `import { x } from '${source}';\nexport const y = x;\n`;

describe('module boundaries', () => {
  it.each([
    ['src-shared/model/a.ts', 'node:fs'],
    ['src-shared/model/a.ts', 'fs'],
    ['src-shared/model/a.ts', 'electron'],
    ['src-shared/model/a.ts', '../../src-main/core/core'],
    ['src-main/core/jobs/a.ts', 'electron'],
    ['src-main/core/jobs/a.ts', '../../desktop/window'],
    ['src-main/core/jobs/a.ts', '../../trainer/main'],
    ['src-main/core/jobs/a.ts', '../../hosts/paths'],
    ['src-main/core/jobs/a.ts', '../../../src-renderer/app/main'],
    ['src-main/core/jobs/a.ts', '@tensorflow/tfjs-core'],
    ['src-main/core/store/writer.ts', 'better-sqlite3'],
    ['src-main/trainer/a.ts', '../core/core'],
    ['src-main/trainer/a.ts', 'electron'],
    ['src-main/trainer/a.ts', 'better-sqlite3'],
    ['src-main/desktop/a.ts', '../core/core'],
    ['src-main/desktop/a.ts', '../hosts/headless'],
    ['src-main/hosts/headless.ts', 'electron'],
    ['src-main/hosts/a.ts', '../desktop/window'],
    ['src-main/hosts/paths.ts', '../core/core'],
    ['src-main/preload/preload.ts', 'node:fs'],
    ['src-main/preload/preload.ts', '../core/core'],
    ['src-main/preload/preload.ts', 'zod'],
    ['src-renderer/app/a.tsx', '../../src-main/core/core'],
    ['src-renderer/app/a.tsx', 'node:path'],
    ['src-renderer/app/a.tsx', 'path'],
    ['src-renderer/app/a.tsx', 'electron'],
    ['src-renderer/app/a.tsx', 'electron/renderer'],
    ['src-renderer/app/a.tsx', 'echarts'],
    ['src-renderer/features/room/a.tsx', 'echarts/core'],
    ['src-renderer/features/room/a.tsx', '../training/b'],
    ['src-renderer/data/a.ts', 'react'],
    ['src-renderer/data/a.ts', '../charts/chart'],
    ['src-renderer/charts/a.tsx', 'better-sqlite3'],
  ])('%s may not import %s', async (path, source) => {
    expect(await rulesBroken(path, use(source))).toEqual(['coldaisle/boundaries']);
  });

  it.each([
    ['src-shared/model/a.ts', 'zod'],
    ['src-shared/model/a.ts', '../base/emitter'],
    ['src-main/core/jobs/a.ts', '@shared/model/run'],
    ['src-main/core/jobs/a.ts', 'node:fs/promises'],
    ['src-main/core/telemetry/a.ts', 'systeminformation'],
    ['src-main/core/store/file/open.ts', 'better-sqlite3'],
    ['src-main/trainer/a.ts', '@tensorflow/tfjs-core'],
    ['src-main/hosts/headless.ts', '../core/core'],
    ['src-main/hosts/serve/server.ts', 'ws'],
    ['src-main/hosts/utility.ts', 'electron'],
    ['src-main/desktop/a.ts', 'electron'],
    ['src-main/desktop/a.ts', '../hosts/paths'],
    ['src-main/preload/preload.ts', 'electron'],
    ['src-renderer/app/a.tsx', 'react'],
    ['src-renderer/app/a.tsx', '@shared/rpc/client'],
    ['src-renderer/features/room/a.tsx', '../../charts/chart'],
    ['src-renderer/features/room/a.tsx', './b'],
    ['src-renderer/charts/a.tsx', 'echarts/core'],
    ['tests/unit/a.test.ts', '../../src-main/core/core'],
  ])('%s may import %s', async (path, source) => {
    expect(await rulesBroken(path, use(source))).toEqual([]);
  });

  it.each([
    ['export * from', "export * from 'electron';"],
    ['export … from', "export { app } from 'electron';"],
    ['import()', "export const x = import('electron');"],
    ['require()', "export const x = require('electron');"],
    ['require.resolve()', "export const x = require.resolve('electron');"],
    ['import type', "import type { App } from 'electron';\nexport type X = App;"],
    ['a type import', "export type X = import('electron').App;"],
    ['import = require', "import x = require('electron');\nexport const y = x;"],
  ])('%s crosses no boundary either', async (_what, code) => {
    expect(await rulesBroken('src-main/core/a.ts', code)).toContain('coldaisle/boundaries');
  });

  it('keeps raw messages on their own side of the bridge', async () => {
    expect(await rulesBroken('src-main/desktop/a.ts', "import { ipcRenderer } from 'electron';\nexport const x = ipcRenderer;")).toEqual([
      'no-restricted-imports',
    ]);
    expect(await rulesBroken('src-main/preload/a.ts', "import { ipcMain } from 'electron';\nexport const x = ipcMain;")).toEqual([
      'no-restricted-imports',
    ]);
    expect(await rulesBroken('src-main/desktop/a.ts', "import { ipcMain } from 'electron';\nexport const x = ipcMain;")).toEqual([]);
  });
});

describe('rules of the lint', () => {
  it.each([
    ['any', 'export const x = (y: any): unknown => y;', '@typescript-eslint/no-explicit-any'],
    ['@ts-ignore', '// @ts-ignore\nexport const x = 1;', '@typescript-eslint/ban-ts-comment'],
    ['@ts-expect-error', '// @ts-expect-error because\nexport const x = 1;', '@typescript-eslint/ban-ts-comment'],
    ['an unused name', 'const x = 1;', '@typescript-eslint/no-unused-vars'],
    ['a file of more than 400 lines', 'export const x = [\n' + '  1,\n'.repeat(400) + '];', 'max-lines'],
  ])('%s is refused', async (_what, code, rule) => {
    expect(await rulesBroken('src-shared/model/a.ts', code)).toContain(rule);
  });

  it('no listener of an Emitter can end a process', async () => {
    const emitter = (policy: string): string =>
      `import { Emitter } from '@shared/base/emitter';\nexport const x = new Emitter<void>(${policy});\n`;
    for (const path of ['src-main/core/a.ts', 'src-main/desktop/a.ts', 'src-main/hosts/a.ts']) {
      expect(await rulesBroken(path, emitter("'rethrow'"))).toEqual(['no-restricted-syntax']);
      expect(await rulesBroken(path, emitter('() => undefined'))).toEqual([]);
    }
  });

  it('no comment switches a rule off', async () => {
    expect(await rulesBroken('src-shared/model/a.ts', '/* eslint-disable */\n' + use('electron'))).toEqual(
      expect.arrayContaining(['coldaisle/unswitched', 'coldaisle/boundaries']),
    );
    expect(await rulesBroken('src-shared/model/a.ts', '// oxlint-disable-next-line\nexport const x = 1;\n')).toEqual([
      'coldaisle/unswitched',
    ]);
  });

  it('those that ask for types find what they are for', async () => {
    const folder = await temporaryFolder();
    const ends = 'declare function work(): Promise<number>;\ndeclare function on(listener: () => void): void;\n';
    const lines = [
      'export const floating = (): void => { work(); };',
      'export const misused = (): void => on(async () => { await work(); });',
      'export const awaited = async (): Promise<number> => await 5;',
      "export function exhaustive(x: 'p' | 'q'): number { switch (x) { case 'p': return 1; } return 2; }",
      'export const attribute = async (): Promise<number> => await work();',
    ];
    writeFileSync(join(folder, 'probe.ts'), ends + lines.join('\n'));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [] } }));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/oxlint/bin/oxlint'), '--config', join(root, '.oxlintrc.json'), '--format', 'json', 'probe.ts'],
      { cwd: folder, encoding: 'utf8' },
    );
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; labels: { span: { line: number } }[] }[] };
    expect(diagnostics.map(({ code, labels }) => [code, (labels[0]?.span.line ?? 0) - 2]).sort()).toEqual([
      ['typescript(await-thenable)', 3],
      ['typescript(no-floating-promises)', 1],
      ['typescript(no-misused-promises)', 2],
      ['typescript(switch-exhaustiveness-check)', 4],
    ]);
    expect(status).toBe(1);
  });
});

describe('text in components', () => {
  const component = (jsx: string): string =>
    `export const A = ({ ok, t }: { ok: boolean; t: string }) => ${jsx};\nexport const b = (ok: boolean) => ok;\n`;

  it.each([
    ['<p>Hello {t}{String(ok)}</p>'],
    ['<p>{ok}温度{t}</p>'],
    ["<p>{ok ? 'yes' : t}</p>"],
    ["<p>{ok && 'yes'}{t}</p>"],
    ['<p>{`${t} watts`}{ok}</p>'],
    ['<b aria-label="Close" hidden={ok}>{t}</b>'],
    ["<b title={'Close'} hidden={ok}>{t}</b>"],
    ['<input placeholder="Name" disabled={ok} value={t} />'],
  ])('%s is refused', async (jsx) => {
    expect(await rulesBroken('src-renderer/ui/a.tsx', component(jsx))).toContain('coldaisle/literal-text');
  });

  it.each([
    ['<p className="card">{t} · {String(ok)} 12 %</p>'],
    ["<b title={t} className={ok ? 'on' : 'off'} />"],
    ['<b aria-hidden="true" role="img">{ok}{t}</b>'],
  ])('%s passes', async (jsx) => {
    expect(await rulesBroken('src-renderer/ui/a.tsx', component(jsx))).toEqual([]);
  });
});

describe('what each folder’s compiler sees', () => {
  function errorsIn(folder: string, code: string): string[] {
    const config = ts.getParsedCommandLineOfConfigFile(
      join(root, folder, 'tsconfig.json'),
      {},
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (d) => expect.unreachable(String(d.messageText)) },
    );
    if (!config) throw new Error(`no tsconfig in ${folder}`);
    const path = join(root, folder, 'boundary-probe.ts');
    const host = ts.createCompilerHost(config.options);
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (name, version) => (resolve(name) === path ? ts.createSourceFile(name, code, version) : read(name, version));
    const exists = host.fileExists.bind(host);
    host.fileExists = (name) => resolve(name) === path || exists(name);
    const program = ts.createProgram([path], config.options, host);
    return ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'));
  }
  const sees = (folder: string, name: string): boolean => errorsIn(folder, `export const x: unknown = ${name};\n`).length === 0;

  it.each([
    ['src-shared', { document: false, process: false, Map: true }],
    ['src-main', { document: false, process: true, Map: true }],
    ['src-renderer', { document: true, process: false, Map: true }],
  ])(
    '%s',
    (folder, names) => {
      expect(Object.fromEntries(Object.keys(names).map((name) => [name, sees(folder, name)]))).toEqual(names);
    },
    60_000,
  );
});

describe('an import circle', () => {
  it('is refused, also one of types alone', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'one.ts'), "import type { Two } from './two';\nexport interface One { readonly two: Two | null }\n");
    writeFileSync(join(folder, 'two.ts'), "import type { One } from './one';\nexport interface Two { readonly one: One | null }\n");
    writeFileSync(join(folder, 'three.ts'), "import type { One } from './one';\nexport type Three = One;\n");
    writeFileSync(join(folder, 'package.json'), '{}');
    const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const { status, stdout } = spawnSync(process.execPath, [program, '--config', join(root, '.dependency-cruiser.cjs'), '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(/no-circular: (one|two)\.ts/);
    expect(stdout).not.toMatch(/no-circular: three\.ts/);
  });
});

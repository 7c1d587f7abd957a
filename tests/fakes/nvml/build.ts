import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { needsProgram } from '../../helpers/needs';

/** A stand-in for libnvidia-ml.so.1, in a folder of its own; nvml.c says what its control file can say. */
export interface FakeNvml {
  /** Absolute path of the library. */
  readonly library: string;
  /** Replaces the machine the library shows: one word and its arguments a line. */
  control(...lines: readonly string[]): Promise<void>;
  /** Functions called since the trace was last cleared, in order; needs the line "trace". */
  calls(): Promise<string[]>;
  clearCalls(): Promise<void>;
  dispose(): void;
}

/** The C compiler of this machine; null where there is none, or where no shared library can stand in (not Linux). */
export function compiler(): string | null {
  if (process.platform !== 'linux') return null;
  return ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ?? null;
}

/** For tests that build the stand-in. */
export const compilerNeeded = needsProgram(compiler() !== null, 'a C compiler', 'gcc');

function compile(cc: string, source: string, library: string, defines: readonly string[]): void {
  const flags = ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-fvisibility=hidden', ...defines.map((name) => `-D${name}`)];
  execFileSync(cc, [...flags, '-o', library, source, '-lpthread', '-ldl', '-lm']);
}

/** A stand-in for libcuda.so.1 beside that one; cuda.c says what it does. @returns the folder of both */
export function buildFakeCuda(source: string, nvml: FakeNvml): string {
  const cc = compiler();
  if (cc === null) throw new Error('no C compiler');
  const folder = dirname(nvml.library);
  compile(cc, source, join(folder, 'libcuda.so.1'), []);
  return folder;
}

/**
 * Compiles it; a library that a process has loaded stays as it is, so each test that needs a fresh one builds its own.
 * @param source path of nvml.c
 * @param defines e.g. OLD_DRIVER
 */
export function buildFakeNvml(source: string, ...defines: readonly string[]): FakeNvml {
  const cc = compiler();
  if (cc === null) throw new Error('no C compiler');
  const folder = mkdtempSync(join(tmpdir(), 'coldaisle-nvml-'));
  const library = join(folder, 'libnvidia-ml.so.1');
  const control = join(folder, 'control');
  const calls = join(folder, 'calls');
  compile(cc, source, library, defines);
  return {
    library,
    async control(...lines) {
      // In one step, so that a call never meets half a machine.
      await writeFile(`${control}.new`, `${lines.join('\n')}\n`);
      await rename(`${control}.new`, control);
    },
    calls: async () => (await readFile(calls, 'utf8').catch(() => '')).split('\n').filter(Boolean),
    clearCalls: () => rm(calls, { force: true }),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

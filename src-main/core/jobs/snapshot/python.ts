import { closeSync, openSync, readSync } from 'node:fs';
import { basename, delimiter } from 'node:path';
import { z } from 'zod';
import { wordsOf, type Program } from '@shared/model/program';
import type { PythonSnapshot, SnapshotPart } from '@shared/model/run-snapshot';
import { message } from '@shared/text/message';
import { findProgram } from '../../../children/find-program';
import { RUN_MARK } from '../../../children/marked';
import { parseJson } from '../../store/file/json';
import { ask, found, missing } from '../../../children/ask';
import type { Mask } from './mask';

const ASK_MS = 5_000;
const ANSWER_MAX = 2 * 1024 * 1024;
const PACKAGES_MAX = 10_000;
/** Of a script, its first line is read. */
const HEAD_BYTES = 512;

const PYTHON = /^(?:python|pypy)[\d.]*t?(?:\.exe)?$/i;
const SHELL = /^(?:ba|da|z|k)?sh$/;
/** Those that run what their arguments name. */
const WRAPPERS = new Set(['env', 'nohup', 'nice', 'ionice', 'time', 'timeout', 'stdbuf', 'taskset', 'numactl', 'setsid', 'exec']);

/**
 * It is isolated, so that neither the program's folder nor its path can run anything here; its packages are looked for where the
 * program finds them: on the path that it is given, and in the person's own folder, unless its environment is closed to that.
 */
const SCRIPT = `
import json, os, platform, site, sys
told = {"implementation": platform.python_implementation(), "version": platform.python_version(),
        "executable": sys.executable or "", "prefix": sys.prefix, "packages": None, "why": None}
try:
    from importlib import metadata
    path = [one for one in os.environ.get("COLDAISLE_ASKED_PATH", "").split(os.pathsep) if one] + list(sys.path)
    is_open = sys.prefix == sys.base_prefix or sys.base_prefix in site.PREFIXES
    if is_open and not os.environ.get("COLDAISLE_ASKED_NO_USER"):
        path.append(site.getusersitepackages())
    seen = {}
    for one in metadata.distributions(path=path):
        name = one.metadata["Name"]
        if name:
            seen.setdefault(name.lower().replace("_", "-").replace(".", "-"), [name, one.version or ""])
    told["packages"] = [seen[key] for key in sorted(seen)][:${PACKAGES_MAX}]
except Exception as error:
    told["why"] = "%s: %s" % (type(error).__name__, error)
print(json.dumps(told))
`;

const PythonAnswer = z.object({
  implementation: z.string(),
  version: z.string(),
  executable: z.string(),
  prefix: z.string(),
  packages: z.array(z.tuple([z.string(), z.string()])).nullable(),
  why: z.string().nullable(),
});

/** The Python that runs the program, and what is installed in it. `env` is the program's. */
export async function pythonSnapshot(
  program: Program,
  env: Readonly<Record<string, string>>,
  ownPath: string,
  mask: Mask,
  signal: AbortSignal,
): Promise<SnapshotPart<PythonSnapshot>> {
  const command = interpreterOf(program, env);
  if (command === null) return missing(message('message.snapshot.noPython'));
  // Without the run's mark: it is none of the run's processes, which end with it and are billed to it.
  const { [RUN_MARK]: _mark, ...plain } = env;
  const path = (env['PYTHONPATH'] ?? '').split(delimiter).filter((one) => one !== ownPath);
  const answer = await ask({
    command,
    args: ['-I', '-c', SCRIPT],
    cwd: program.cwd,
    env: { ...plain, COLDAISLE_ASKED_PATH: path.join(delimiter), COLDAISLE_ASKED_NO_USER: env['PYTHONNOUSERSITE'] ?? '' },
    ms: ASK_MS,
    maxBytes: ANSWER_MAX,
    signal,
  });
  if (answer.value === null) return missing(answer.why ?? '');
  const told = PythonAnswer.safeParse(parseJson(answer.value.text));
  if (!told.success) {
    const why = mask.text(answer.value.stderr.split('\n').at(-1) ?? '');
    return missing(message('message.snapshot.pythonSilent', { program: command, why: why || String(answer.value.code) }));
  }
  const { packages, why, ...python } = told.data;
  return found({
    ...python,
    packages: packages === null ? missing(why ?? '') : found(packages.map(([name, version]) => ({ name, version }))),
  });
}

/** The file of the interpreter by which a command line runs; null = it names none. */
function interpreterOf({ command, args, cwd }: Program, env: Readonly<Record<string, string>>): string | null {
  const name = basename(command);
  if (PYTHON.test(name)) return fileOf(command, cwd, env);
  if (WRAPPERS.has(name)) return firstPython(args, cwd, env);
  if (SHELL.test(name)) {
    const script = args[args.indexOf('-c') + 1];
    return args.includes('-c') && script !== undefined ? firstPython(wordsOf(script) ?? script.split(/\s+/), cwd, env) : null;
  }
  const file = fileOf(command, cwd, env);
  return file === null ? null : shebangOf(file, cwd, env);
}

function firstPython(words: readonly string[], cwd: string, env: Readonly<Record<string, string>>): string | null {
  const named = words.find((word) => PYTHON.test(basename(word)));
  return named === undefined ? null : fileOf(named, cwd, env);
}

/** torchrun, accelerate and their like are scripts of the environment that they are installed in. */
function shebangOf(file: string, cwd: string, env: Readonly<Record<string, string>>): string | null {
  const [first = ''] = headOf(file).split('\n');
  if (!first.startsWith('#!')) return null;
  const words = first.slice(2).trim().split(/\s+/);
  return firstPython(words, cwd, env);
}

function headOf(file: string): string {
  try {
    const opened = openSync(file, 'r');
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      return head.toString('latin1', 0, readSync(opened, head));
    } finally {
      closeSync(opened);
    }
  } catch {
    // Not to be read: it has no first line here.
    return '';
  }
}

function fileOf(command: string, cwd: string, env: Readonly<Record<string, string>>): string | null {
  try {
    return findProgram(command, cwd, env);
  } catch {
    // The start itself tells that there is none.
    return null;
  }
}

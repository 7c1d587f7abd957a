import { RUN_MARK } from './marked';

/**
 * What a child process needs besides the basics: `gpu` = the NVIDIA driver and CUDA, `python` = a Python with its packages,
 * `npm` = a package registry behind a proxy, `compile` = a compiler,
 * `fonts` = which fonts there are.
 */
export type ChildNeed = 'gpu' | 'python' | 'npm' | 'compile' | 'fonts';

type Names = readonly (string | RegExp)[];

/** What every program may expect: where things are, whose session it is, which language. */
const basics: Names = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'TZ',
  'TERM',
  'LANG',
  'LANGUAGE',
  /^LC_[A-Z]+$/,
  'TMPDIR',
  'TMP',
  'TEMP',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_DIRS',
  'XDG_DATA_DIRS',
];
/** What Windows' own libraries ask for; without SystemRoot no socket opens there. */
const windows: Names = [
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'OS',
  'USERNAME',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'PUBLIC',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'ALLUSERSPROFILE',
  'NUMBER_OF_PROCESSORS',
  /^PROCESSOR_[A-Z0-9]+$/,
  /^(COMMON)?PROGRAM(FILES|W6432)(\(X86\))?$/,
];
const needed: Readonly<Record<ChildNeed, Names>> = {
  gpu: [/^CUDA_\w+$/, /^NVIDIA_\w+$/, /^TF_\w+$/, 'XLA_FLAGS', /^OMP_\w+$/, 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'],
  python: ['VIRTUAL_ENV', 'CONDA_PREFIX', 'PYTHONHOME', 'PYTHONPATH', 'PYTHONUSERBASE', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'],
  // Named one by one: npm takes every setting from the environment, passwords and tokens too.
  npm: [
    /^(https?|all|no)_proxy$/i,
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    /^npm_config_(registry|proxy|https_proxy|noproxy|cafile|cache|userconfig|globalconfig|strict_ssl|offline|prefer_offline)$/i,
  ],
  fonts: ['FONTCONFIG_FILE', 'FONTCONFIG_PATH'],
  compile: ['CC', 'CXX', 'CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS', 'MAKEFLAGS', 'PYTHON'],
};

/**
 * The environment of a child process: of this one's, the variables that it is known to need, and no others. Tokens and
 * passwords that whoever started this program had at hand reach none of the programs that it starts.
 */
export function childEnvironment(
  needs: readonly ChildNeed[] = [],
  own: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const onWindows = platform === 'win32';
  const names = [...basics, ...(onWindows ? windows : []), ...needs.flatMap((need) => needed[need])];
  const passes = (name: string): boolean => {
    // Windows knows one variable by any case of its name.
    const known = onWindows ? name.toUpperCase() : name;
    return names.some((one) => (typeof one === 'string' ? one === known : one.test(known)));
  };
  return Object.fromEntries(Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined && passes(entry[0])));
}

/** The environment of a trainer or of a program that is a run, with what is added for it. */
export function programEnvironment(runId: string | null, added: Readonly<Record<string, string>>): Record<string, string> {
  return { ...childEnvironment(['gpu', 'python']), ...added, ...(runId === null ? {} : { [RUN_MARK]: runId }) };
}

/** What this program itself reads from its environment; none of it is a secret. */
const ownNames = ['COLDAISLE_SQLITE_BINDING', 'COLDAISLE_GPU_HZ', 'COLDAISLE_PYTHON', 'NODE_ENV'];

/**
 * The environment of a process of this program that meters: what its libraries start (systeminformation runs a dozen of the
 * system's programs) inherits it whole.
 */
export function coreEnvironment(own: Readonly<Record<string, string | undefined>> = process.env): Record<string, string> {
  const kept = ownNames.flatMap((name): [string, string][] => (own[name] === undefined ? [] : [[name, own[name]]]));
  // Python's is for the programs that it starts: with another path they find other packages than the person's own terminal does.
  return { ...childEnvironment(['gpu', 'fonts', 'python'], own), ...Object.fromEntries(kept) };
}

/** Takes everything else out of this process's own environment. */
export function forgetForeignEnvironment(): void {
  const kept = coreEnvironment();
  for (const name of Object.keys(process.env)) if (!(name in kept)) Reflect.deleteProperty(process.env, name);
}

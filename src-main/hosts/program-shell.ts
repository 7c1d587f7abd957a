import { constants } from 'node:os';
import { findProgram } from '../children/find-program';
import type { ProcessExit } from '../core/jobs/launcher';

/** A file of output may grow to that while nobody reads it; then it is emptied. */
const UNREAD_MAX = 256 * 1024 * 1024;
const GUARD_EVERY_S = 10;

/**
 * Runs a program and writes down which process it is before it begins, and how it ended, whoever is there to see it; meanwhile
 * keeps its files of output from filling the disk. It lives through the signals that ask the program to end, and leaves no
 * trap to it.
 */
const SCRIPT = `
trap : HUP INT QUIT TERM USR1 USR2
dir=$1
shift
identity() {
  echo $$
  if [ -r /proc/$$/stat ]; then
    read -r stat </proc/$$/stat
    set -- \${stat##*) }
    echo "\${20}"
    cat /proc/sys/kernel/random/boot_id
  else
    LC_ALL=C ps -o lstart= -p $$
  fi
}
identity >"$dir/process.part" 2>/dev/null && mv "$dir/process.part" "$dir/process"
while sleep ${GUARD_EVERY_S}; do
  for file in "$dir/stdout" "$dir/stderr"; do
    [ "$(wc -c <"$file")" -gt ${UNREAD_MAX} ] && : >"$file"
  done
done </dev/null >/dev/null 2>&1 &
guard=$!
"$@"
code=$?
kill $guard 2>/dev/null
echo $code >"$dir/exit"
exit $code
`;

interface CommandWords {
  readonly command: string;
  readonly args: readonly string[];
}

/** The command line that runs this program, supervised where there is a POSIX shell. */
export function supervisedCommand({ command, args }: CommandWords, dir: string): CommandWords {
  if (process.platform === 'win32') return { command, args };
  return { command: '/bin/sh', args: ['-c', SCRIPT, 'coldaisle-run', dir, command, ...args] };
}

/** Of a terminal that nobody sees: what bars of progress draw by. */
const COLUMNS = 120;
const ROWS = 40;

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * The command line that runs this program in a pseudo-terminal of its own. The terminal belongs to `script`, a part of every Linux
 * and macOS, and not to this process: it would be gone, and the program with it, when this process ends.
 * @throws Error where there is no `script`
 */
export function terminalCommand(
  { command, args }: CommandWords,
  env: Readonly<Record<string, string>>,
  platform = process.platform,
): CommandWords {
  if (platform === 'win32') throw new Error('A program is given a terminal on Linux and macOS only');
  const script = findProgram('script', '/', env);
  if (platform !== 'linux') return { command: script, args: ['-q', '/dev/null', command, ...args] };
  // It hands the line to a shell, whichever the person's is: this one reads it as it is written here.
  const shell = env['SHELL'] === undefined ? 'unset SHELL' : `export SHELL=${quoted(env['SHELL'])}`;
  const line = [`stty cols ${COLUMNS} rows ${ROWS} -onlcr 2>/dev/null`, shell, `exec ${[command, ...args].map(quoted).join(' ')}`].join(
    '; ',
  );
  return { command: '/usr/bin/env', args: ['SHELL=/bin/sh', script, '-qefc', line, '/dev/null'] };
}

/** A shell tells of a signal as 128 and its number. */
export function exitOfStatus(status: number): Pick<ProcessExit, 'code' | 'signal'> {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0];
  return signal === undefined ? { code: status, signal: null } : { code: null, signal };
}

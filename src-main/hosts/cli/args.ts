import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { CliCommand, Parsed } from './command';
import { commands } from './commands';
import { listOf, suggestion } from './nearest';
import { UsageError } from './usage';

const DEFAULT_COMMAND = 'serve';
const HELP = ['--help', '-h'];
const VERSION = ['--version', '-v'];

/**
 * Reads the arguments after the program's name. Options may come before the command; alone they serve the console.
 * @throws UsageError one line that says what would make sense
 */
export function parseArgs(argv: readonly string[], known: readonly CliCommand[] = commands): Parsed {
  if (argv[0]?.startsWith('-')) {
    const at = commandIndex(argv, known);
    if (at > 0) return parseArgs([...argv.slice(at, at + 1), ...argv.slice(0, at), ...argv.slice(at + 1)], known);
  }
  const [first] = argv;
  const named = known.find(({ name }) => name === first);
  // Asked for anywhere, they count more than what else was given.
  // What stands behind "--" is another program's.
  const end = argv.indexOf('--');
  const own = end < 0 ? argv : argv.slice(0, end);
  if (named?.name !== 'help' && own.some((arg) => HELP.includes(arg))) return parseArgs(named ? ['help', named.name] : ['help'], known);
  if (named?.name !== 'version' && own.some((arg) => VERSION.includes(arg))) return parseArgs(['version'], known);
  if (first === undefined || first.startsWith('-')) return parseArgs([DEFAULT_COMMAND, ...argv], known);
  if (!named) throw new UsageError(`Unknown command "${first}". ${suggestion(first, names(known))}`);

  let parsed: Parsed | null = null;
  const program = createProgram(known, (chosen) => (parsed = chosen));
  const cli = program.commands.find((one) => one.name() === first);
  if (!cli) throw new UsageError(`Unknown command "${first}". ${listOf(names(known))}`);
  refuseUnclearValues(cli, argv);
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    throw error instanceof CommanderError ? usageError(error, named, cli, program) : error;
  }
  const taken = cli.registeredArguments;
  const extra = taken.some(({ variadic }) => variadic) ? undefined : cli.args[taken.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many for "${first}".`);
  if (parsed === null) throw new UsageError(`"${first}" cannot be run.`);
  return parsed;
}

/** Commander's program with every command; says nothing by itself and ends nothing. */
export function createProgram(known: readonly CliCommand[], chosen: (parsed: Parsed) => void): Command {
  const program = new Command('npm start --')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const command of known) command.attach(program, chosen);
  for (const cli of program.commands) cli.exitOverride().allowExcessArguments();
  return program;
}

/** Where a command stands behind options and their values; −1 = nowhere. */
function commandIndex(argv: readonly string[], known: readonly CliCommand[]): number {
  const options = createProgram(known, () => undefined).commands.flatMap((cli) => cli.options);
  const takesValue = new Set(options.flatMap(({ long = '', required }) => (required ? [long] : [])));
  let at = 0;
  while (argv[at]?.startsWith('-')) at += takesValue.has(argv[at] ?? '') ? 2 : 1;
  return known.some(({ name }) => name === argv[at]) ? at : -1;
}

const names = (known: readonly CliCommand[]): string[] => known.map(({ name }) => name);
const optionNames = (cli: { readonly options: readonly { readonly long?: string }[] }): string[] =>
  cli.options.flatMap(({ long }) => (long === undefined ? [] : [long]));

/** Commander takes the next argument as a value whatever it is, and of two values the last. */
function refuseUnclearValues(cli: CommandUnknownOpts, argv: readonly string[]): void {
  for (const { long = '', required, parseArg } of cli.options) {
    let given = false;
    cli.on(`option:${long.slice(2)}`, (value: unknown) => {
      // One that gathers its values is given as often as there are.
      if (given && parseArg === undefined) throw new UsageError(`${long} is given twice.`);
      given = true;
      const looksLikeOption = typeof value === 'string' && value.startsWith('--') && !argv.includes(`${long}=${value}`);
      if (required && (value === '' || looksLikeOption)) throw new UsageError(`${long} needs a value.`);
    });
  }
}

function usageError(error: CommanderError, command: CliCommand, cli: CommandUnknownOpts, program: Command): UsageError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption': {
      const [typed = quoted] = quoted.split('=', 1);
      const own = optionNames(cli);
      if (HELP.concat(VERSION, own).includes(typed)) return new UsageError(`${typed} takes no value.`);
      const all = [...new Set(program.commands.flatMap(optionNames))];
      if (all.includes(typed)) return new UsageError(`${typed} does not belong to "${command.name}". ${listOf(own)}`);
      const known = [...new Set([...own, ...all, '--help', '--version'])].map((name) => name.slice(2));
      return new UsageError(`Unknown option "${typed}". ${suggestion(typed.replace(/^-+/, ''), known, '--')}`);
    }
    case 'commander.optionMissingArgument':
      return new UsageError(`${quoted.split(/[ ,<]+/).find((part) => part.startsWith('--')) ?? quoted} needs a value.`);
    case 'commander.missingArgument':
      return new UsageError(command.missing);
    default:
      return new UsageError(error.message.replace(/^error: /, ''));
  }
}

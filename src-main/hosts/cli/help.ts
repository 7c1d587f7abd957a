import type { Command, CommandUnknownOpts, Help } from '@commander-js/extra-typings';

const WIDTH = 120;
/** Where the explanations begin. */
const COLUMN = 30;
/** Of several commands: shown once, under all of them. */
const COMMON = ['--data', '--scenario', '--gpu-hz'];

const EXAMPLES = `EXAMPLES
  npm start -- train mnist-mlp --epochs 3
  npm start -- --scenario rack
  npm start -- serve --port 8800 --data ./lab
  npm start -- export gpus.parquet --device 'gpu*' --from 7d
  npm start -- import node.om --map 'node_load1=host.load1@host'`;

/** What --help prints: every command in a line, so that all of them fit on a screen, or one of them with its options. */
export function helpText(program: Command, version: string, of: CommandUnknownOpts | null): string {
  const help = program.createHelp();
  help.prepareContext({ helpWidth: WIDTH });
  return of === null ? overview(program, version, help) : oneCommand(of, help);
}

function overview(program: Command, version: string, help: Help): string {
  const lines: string[] = [
    `Coldaisle ${version}: what each training run learned, drew and cost.`,
    '',
    item('npm start', 'open the window; without a display, serve the console', help, 0),
    item('npm start -- COMMAND [OPTIONS]', '', help, 0),
    item('npm start -- COMMAND --help', 'what one command takes: its arguments and options', help, 0),
    '',
    'COMMANDS',
  ];
  const common = new Map<string, string>();
  for (const command of program.commands) {
    lines.push(item([command.name(), argumentsOf(command)].join(' ').trim(), command.description(), help, 2));
    for (const { flags, long = '', description } of command.options) if (COMMON.includes(long)) common.set(flags, description);
  }
  lines.push('', 'OPTIONS', ...[...common].map(([flags, description]) => item(plainFlags(flags), description, help, 2)));
  lines.push(item('--help, --version', '', help, 2), '', EXAMPLES);
  return lines.join('\n');
}

function oneCommand(command: CommandUnknownOpts, help: Help): string {
  const usage = ['npm start --', command.name(), argumentsOf(command), command.options.length > 0 ? '[OPTIONS]' : ''];
  const lines = [usage.filter((part) => part !== '').join(' '), command.description()];
  for (const { name, description } of described(command)) lines.push('', item(name, description, help, 2));
  if (command.options.length > 0) lines.push('');
  for (const { flags, description } of command.options) lines.push(item(plainFlags(flags), description, help, 2));
  return lines.join('\n');
}

const described = (command: CommandUnknownOpts): { name: string; description: string }[] =>
  command.registeredArguments.flatMap((one) => (one.description === '' ? [] : [{ name: one.name(), description: one.description }]));

const argumentsOf = (command: CommandUnknownOpts): string =>
  command.registeredArguments
    .map((one) => {
      const name = `${one.name()}${one.variadic ? '…' : ''}`;
      return one.required ? name : `[${name}]`;
    })
    .join(' ');

/** `--port <N>` as `--port N`. */
const plainFlags = (flags: string): string => flags.replace(/[<>]/g, '');

/** A term, and its explanation from {@link COLUMN} on. */
function item(term: string, explanation: string, help: Help, indent: number): string {
  const head = `${' '.repeat(indent)}${term}`;
  if (explanation === '') return head;
  const gap = ' '.repeat(COLUMN);
  const text = help.boxWrap(explanation, WIDTH - COLUMN).replaceAll('\n', `\n${gap}`);
  return head.length + 2 > COLUMN ? `${head}  ${text}` : `${head.padEnd(COLUMN)}${text}`;
}

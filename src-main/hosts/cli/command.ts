import { Option, type Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { defaultDataDir, type RuntimePaths } from '../paths';
import type { OpenedCore, RunningCore, StartCoreOptions } from './running-core';
import type { Terminal } from './terminal';

/** What a command runs with. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly version: string;
  /** Where everything lies. @param dataDir as given after --data; null = the platform's default */
  paths(dataDir: string | null, scenario?: string | null): RuntimePaths;
  /** Starts a core in this process. @throws {AppError} `conflict` while another one has the data folder */
  startCore(paths: RuntimePaths, options?: StartCoreOptions): Promise<RunningCore>;
  /** The core that has the data folder, else one in this process. What is asked of it is asked of the room as it is. */
  openCore(paths: RuntimePaths): Promise<OpenedCore>;
  /** The text of --help; of one command, or null = of all. */
  help(command: string | null): string;
}

/** A command of the terminal. */
export interface CliCommand {
  readonly name: string;
  /** One line of --help. */
  readonly summary: string;
  /** Asked when a required argument is missing. */
  readonly missing: string;
  /** Adds it to commander's program; `chosen` hears of the arguments that it was given. */
  attach(program: Command, chosen: (parsed: Parsed) => void): void;
}

/** Arguments that make sense. */
export interface Parsed {
  readonly command: string;
  readonly request: unknown;
  /** @returns the exit code */
  run(context: CliContext): Promise<number>;
}

/** `C`: commander's command with the arguments and options that `define` gave it; their types follow from the flags. */
export interface CommandDefinition<C extends CommandUnknownOpts, Request> {
  readonly name: string;
  readonly summary: string;
  /** Asked when a required argument is missing; needed where there is one. */
  readonly missing?: string;
  /** Arguments and options, with their help. */
  readonly define: (cli: Command) => C;
  /** Checks what was given, before anything is started. @throws UsageError */
  readonly check: (options: ReturnType<C['opts']>, ...args: C['processedArgs']) => Request;
  /** Loads what it needs by `import()`, so that other commands and --help need not wait for it. @returns the exit code */
  readonly run: (request: Request, context: CliContext) => Promise<number>;
}

/** One file in `commands/` makes one of these, and one line in `commands/index.ts` lists it. */
export function defineCommand<C extends CommandUnknownOpts, Request>(definition: CommandDefinition<C, Request>): CliCommand {
  const { name, summary, missing = '', define, check, run } = definition;
  return {
    name,
    summary,
    missing,
    attach(program, chosen) {
      const cli = define(program.command(name).description(summary));
      cli.action(() => {
        const request = check(cli.opts() as ReturnType<C['opts']>, ...cli.processedArgs);
        chosen({ command: name, request, run: (context) => run(request, context) });
      });
    },
  };
}

/** Where the database lies: for each command that opens it. */
export const dataOption = () => new Option('--data <DIR>', `where the database lives, default ${defaultDataDir()}`);

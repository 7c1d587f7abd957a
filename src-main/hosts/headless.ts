import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAppError } from '@shared/contract/errors';
import { Redactor } from '../core/secrets/redactor';
import { createProgram, parseArgs } from './cli/args';
import type { CliContext } from './cli/command';
import { commands } from './cli/commands';
import { helpText } from './cli/help';
import { suggestion } from './cli/nearest';
import { openCore, startCore } from './cli/running-core';
import { Terminal } from './cli/terminal';
import { UsageError } from './cli/usage';
import { runtimePaths } from './paths';

/** After a command the process ends even if something is still open, ms. */
const DRAIN_LIMIT_MS = 3_000;

const redactor = new Redactor();
const terminal = new Terminal(undefined, redactor.redact);

function createContext(): CliContext {
  const version = versionOf();
  return {
    terminal,
    version,
    paths: (dataDir, scenario = null) => runtimePaths(__dirname, dataDir, null, scenario),
    startCore: (paths, options = {}) => startCore(paths, options, { terminal, version, redactor }),
    openCore: (paths) => openCore(paths, { terminal, version, redactor }),
    help: (command) => {
      const program = createProgram(commands, () => undefined);
      const of = program.commands.find((one) => one.name() === command) ?? null;
      if (command !== null && of === null) {
        const names = commands.map(({ name }) => name);
        throw new UsageError(`Unknown command "${command}". ${suggestion(command, names)}`);
      }
      return helpText(program, version, of);
    },
  };
}

function versionOf(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}

/** One clear line for what a person can do something about; the whole story for a fault of ours. */
function failure(error: unknown): { text: string; code: number } {
  if (error instanceof UsageError) return { text: `${error.message} Help: npm start -- --help`, code: 2 };
  if (isAppError(error)) return { text: error.message, code: 1 };
  const { code, syscall, port } = error as NodeJS.ErrnoException & { port?: number };
  if (syscall === 'listen' && code === 'EADDRINUSE')
    return {
      text: `Port ${port} is in use by another program. Choose another with --port N, or leave --port out for a free one.`,
      code: 1,
    };
  if (syscall === 'listen' && code === 'EACCES')
    return { text: `Port ${port} may not be used by you. Choose one above 1023 with --port N.`, code: 1 };
  return { text: `Coldaisle failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, code: 1 };
}

async function main(): Promise<void> {
  try {
    process.exitCode = await parseArgs(process.argv.slice(2)).run(createContext());
  } catch (error) {
    terminal.setLive('');
    const { text, code } = failure(error);
    terminal.note(text);
    process.exitCode = code;
  }
  setTimeout(() => process.exit(), DRAIN_LIMIT_MS).unref();
}

void main();

import { endingSignal, exitCodeOf, watchSignals } from './signals.mjs';

/**
 * An expected failure of the set-up: its message is the one line the person reads, so it names what failed and the
 * way out. Everything else that is thrown is a bug and keeps its stack.
 */
export class SetupError extends Error {
  /**
   * @param {string} what what failed, without a final full stop
   * @param {{ wayOut?: string, log?: string, cause?: unknown }} [details] what to do next; where the full output lies
   */
  constructor(what, details = {}) {
    const log = details.log ? ` Log: ${details.log}` : '';
    const wayOut = details.wayOut ? ` ${details.wayOut}` : '';
    super(`${what}.${wayOut}${log}`, { cause: details.cause });
    this.name = 'SetupError';
  }
}

/** @param {unknown} error @returns {string} its message, whatever was thrown */
export function errorText(error) {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error && error.message === 'fetch failed' ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`;
}

/**
 * Runs a command's main function and ends the process with its exit code. A SetupError prints its one line and exits
 * 1; any other error prints its stack, because it is ours to mend. A signal on the way ends it with the signal's code.
 *
 * @param {() => Promise<number | void>} main resolves to the exit code (nothing means 0)
 */
export async function runMain(main) {
  watchSignals();
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (endingSignal()) {
      process.exitCode = exitCodeOf(endingSignal());
      return;
    }
    process.stderr.write(error instanceof SetupError ? `coldaisle: ${error.message}\n` : `${error?.stack ?? error}\n`);
    process.exitCode = 1;
  }
}

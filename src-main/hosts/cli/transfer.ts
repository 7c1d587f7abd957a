import { isAppError } from '@shared/contract/errors';
import type { CliContext } from './command';
import { onStopSignal } from './signals';
import type { Terminal } from './terminal';

/** What a command is given that works on the data folder itself, without a core: nothing is metered meanwhile. */
export interface TransferContext {
  readonly dataDir: string;
  /** The bundled reader worker. */
  readonly readerWorker: string;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * @returns 0 done, 1 done, but something in a file could not be taken, 130 interrupted
 * @throws {AppError} and UsageError, in one line each
 */
export async function withTransfer(
  dataDir: string | null,
  { paths, terminal }: CliContext,
  work: (context: TransferContext) => Promise<number>,
): Promise<number> {
  const abort = new AbortController();
  onStopSignal(() => abort.abort());
  const { dataDir: folder, readerWorker } = paths(dataDir);
  try {
    return await work({ dataDir: folder, readerWorker, terminal, signal: abort.signal });
  } catch (error) {
    if (!abort.signal.aborted || !isAppError(error, 'cancelled')) throw error;
    terminal.setLive('');
    terminal.note('Interrupted; nothing was left half-done.');
    return 130;
  } finally {
    terminal.setLive('');
  }
}

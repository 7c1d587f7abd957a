import { assertNever } from '@shared/base/assert-never';
import { isAppError } from '@shared/contract/errors';
import { backupHere, restoreHere } from './backup';
import { exportHere } from './export';
import { importHere } from './import';
import type { Terminal } from './terminal';
import type { TransferRequest } from './transfer-words';

/** What each of these words is given. */
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
export async function transfer(request: TransferRequest, context: TransferContext): Promise<number> {
  try {
    switch (request.word) {
      case 'import':
        return await importHere(request, context);
      case 'export':
        return await exportHere(request, context);
      case 'backup':
        return await backupHere(request.file, context);
      case 'restore':
        return await restoreHere(request.file, context);
      default:
        return assertNever(request);
    }
  } catch (error) {
    if (!context.signal.aborted || !isAppError(error, 'cancelled')) throw error;
    context.terminal.setLive('');
    context.terminal.note('Interrupted; nothing was left half-done.');
    return 130;
  } finally {
    context.terminal.setLive('');
  }
}

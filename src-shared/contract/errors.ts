import { z } from 'zod';
import { MessageError, type Message } from '../text/message';

/** Every failure a caller can be told of; the page translates `error.<code>`. */
export const errorCodes = [
  'invalid-input',
  'unknown-command',
  'not-found',
  'conflict',
  'cancelled',
  'disconnected',
  'storage-full',
  'storage-failed',
  'unreadable-source',
  'engine-unavailable',
  'unauthorized',
  'too-large',
  'internal',
] as const;
export const ErrorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** An expected failure: it has a name, says what and where (in English in its `message`), and crosses the wire whole. */
export class AppError extends MessageError {
  constructor(
    readonly code: ErrorCode,
    localized: Message,
    options?: { cause?: unknown },
  ) {
    super(localized, options);
    this.name = 'AppError';
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

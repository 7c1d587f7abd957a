import type { ErrorCode } from '@shared/contract/errors';
import { type Message } from '@shared/text/message';
import type { DamageFound } from './samples/block-reader';

/** A numbered query to a repository. `cancel` is one Int32 that the asking thread sets to 1 while it may be running. */
export interface ReaderRequest {
  readonly id: number;
  readonly repository: string;
  readonly query: string;
  readonly input: unknown;
  readonly cancel: SharedArrayBuffer;
}
export type ReaderMessage = ReaderRequest | 'close';

export type ReaderReply =
  | { readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly id: number; readonly ok: false; readonly code: ErrorCode; readonly localized: Message }
  /** Told in between: a block that could not be read. */
  | { readonly damaged: DamageFound };

export interface ReaderWorkerData {
  readonly databasePath: string;
  /** The SQLite addon as found by the thread that knows the environment; null = the installed prebuild. */
  readonly binding: string | null;
}

import type { Log } from '@shared/base/log';
import { Worker } from 'node:worker_threads';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import type { DamageFound } from './samples/block-reader';
import { sqliteBinding } from './file/open';
import type { ReaderReply, ReaderRequest, ReaderWorkerData } from './reader-protocol';
import { repositories } from './repositories';
import type { ReadSides, Repositories } from './repository';
import type { StoreReader } from './types';

/** A second crash within this of the first is a broken reader, not a broken query, ms. */
const CRASH_WINDOW_MS = 60_000;
/** How long a closing thread may finish what it does before it is ended, ms. */
const CLOSE_WAIT_MS = 5_000;

export interface ReaderOptions {
  readonly databasePath: string;
  /** The bundled reader-worker.ts (out/main/reader.js). */
  readonly workerPath: string;
  readonly log?: Log;
  /** Called for each block that a query could not read; the answer goes without it. For `samples.quarantineDamaged` of the writer. */
  readonly onDamage?: (found: DamageFound) => void;
}

interface UnansweredQuery {
  readonly cancel: Int32Array<SharedArrayBuffer>;
  resolve(output: unknown): void;
  reject(error: AppError): void;
}

/**
 * Starts the reader's thread. The database has to exist (the writer made it) when the first query comes. Close the
 * reader before the writer, so that the writer's last checkpoint can fold the WAL away.
 *
 * A thread that crashes takes the queries pending on it with it (each is rejected) and is started again, once a minute
 * at most; a query of which nothing is left waiting is given up between two chunks.
 *
 * @throws {AppError} `storage-failed` when no SQLite addon can be loaded in this runtime
 */
export function openReader(options: ReaderOptions): StoreReader {
  return openReaderOf(repositories, options);
}

/** The same over other repositories than those of this build; the worker has to serve the same. */
export function openReaderOf<R extends Repositories>(of: R, options: ReaderOptions): ReadSides<R> & Pick<StoreReader, 'close'> {
  const thread = readerThread(options, sqliteBinding());
  const sideOf = (name: string): Record<string, unknown> =>
    Object.fromEntries(
      Object.keys(of[name]?.queries ?? {}).map((query) => [
        query,
        (input: unknown, signal?: AbortSignal) => thread.send(name, query, input, signal),
      ]),
    );
  const sides = Object.fromEntries(Object.keys(of).map((name) => [name, sideOf(name)]));
  return { ...(sides as ReadSides<R>), close: () => thread.close() };
}

type SendQuery = (repository: string, query: string, input: unknown, signal?: AbortSignal) => Promise<unknown>;

function readerThread(
  { databasePath, workerPath, log = () => undefined, onDamage = () => undefined }: ReaderOptions,
  binding: string | null,
): { send: SendQuery; close(): Promise<void> } {
  const pending = new Map<number, UnansweredQuery>();
  let lastId = 0;
  let worker: Worker | null = null;
  let crashedAtMs = -Infinity;
  let broken: AppError | null = null;
  let closing: Promise<void> | null = null;

  const rejectAll = (error: AppError): void => {
    for (const entry of pending.values()) {
      Atomics.store(entry.cancel, 0, 1);
      entry.reject(error);
    }
    pending.clear();
  };

  const start = (): Worker => {
    const data: ReaderWorkerData = { databasePath, binding };
    const started = new Worker(workerPath, { name: 'store-reader', workerData: data });
    let why = '';
    started.on('message', (reply: ReaderReply) => {
      if ('damaged' in reply) {
        onDamage(reply.damaged);
        return;
      }
      const entry = pending.get(reply.id);
      pending.delete(reply.id);
      if (reply.ok) entry?.resolve(reply.output);
      else entry?.reject(new AppError(reply.code, reply.localized));
    });
    started.on('error', (error) => (why = `: ${error instanceof Error ? error.message : String(error)}`));
    started.on('exit', (code) => {
      if (closing !== null) return;
      worker = null;
      const crash = new AppError('internal', message('message.reader.stopped', { code, why }));
      log('error', crash.message);
      const nowMs = performance.now();
      if (nowMs - crashedAtMs < CRASH_WINDOW_MS) broken = new AppError('internal', message('message.reader.stoppedTwice', { why }));
      crashedAtMs = nowMs;
      rejectAll(crash);
    });
    return started;
  };

  const send: SendQuery = (repository, query, input, signal) =>
    new Promise((resolve, reject) => {
      const cancelled = (): AppError => new AppError('cancelled', message('message.reader.cancelled'));
      if (signal?.aborted) return reject(cancelled());
      if (closing !== null) return reject(new AppError('storage-failed', message('message.reader.closed')));
      if (broken !== null) return reject(broken);
      worker ??= start();
      const id = ++lastId;
      const flag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
      const cancel = new Int32Array(flag);
      const onAbort = (): void => {
        Atomics.store(cancel, 0, 1);
        pending.delete(id);
        reject(cancelled());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      pending.set(id, {
        cancel,
        resolve(output) {
          settled();
          resolve(output);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      worker.postMessage({ id, repository, query, input, cancel: flag } satisfies ReaderRequest);
    });

  const stop = async (): Promise<void> => {
    rejectAll(new AppError('storage-failed', message('message.reader.closed')));
    const stopping = worker;
    if (stopping === null) return;
    worker = null;
    const ended = new Promise<void>((resolve) => stopping.once('exit', () => resolve()));
    stopping.postMessage('close');
    const timer = setTimeout(() => void stopping.terminate(), CLOSE_WAIT_MS);
    await ended;
    clearTimeout(timer);
  };

  return {
    send,
    close() {
      closing ??= stop();
      return closing;
    },
  };
}

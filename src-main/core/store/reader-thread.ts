import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '@shared/contract/errors';
import { message, messageOf } from '@shared/text/message';
import { isDamage, storageError } from './file/errors';
import { noteDamage } from './file/inspect';
import { openForReading, type ReadHandle } from './file/open';
import type { ReaderMessage, ReaderReply, ReaderRequest, ReaderWorkerData } from './reader-protocol';
import { HandOver, type AnyRepository, type Check, type ReadContext, type Repositories } from './repository';
import type { DamageFound } from './samples/block-reader';

interface Session {
  /** What the queries of this repository are asked with. */
  prepared(repository: AnyRepository): unknown;
  close(): void;
}

/**
 * The connection is opened at the first query that needs it and again after one that failed, so that the thread outlives
 * a database it could not open; each repository prepares its own at its first query, and what one cannot prepare costs no other.
 */
function lazySession({ databasePath, binding }: ReaderWorkerData, damaged: (found: DamageFound) => void): Session {
  let db: ReadHandle | null = null;
  let closers: (() => void)[] = [];
  const prepared = new Map<AnyRepository, unknown>();
  const context: ReadContext = {
    databasePath,
    binding,
    damaged,
    get db() {
      return (db ??= openForReading(databasePath, binding));
    },
    onClose: (close) => void closers.push(close),
  };
  return {
    prepared(repository) {
      if (!prepared.has(repository)) prepared.set(repository, repository.prepare(context));
      return prepared.get(repository);
    },
    close() {
      for (const close of closers) close();
      closers = [];
      prepared.clear();
      db?.close();
      db = null;
    },
  };
}

function cancelCheck({ cancel }: ReaderRequest): Check {
  const flag = new Int32Array(cancel);
  return () => {
    if (Atomics.load(flag, 0) !== 0) throw new AppError('cancelled', message('message.reader.cancelled'));
  };
}

/** @returns what the query answers with, which may be a promise */
function answer(repositories: Repositories, session: Session, request: ReaderRequest): unknown {
  const check = cancelCheck(request);
  check();
  const repository = repositories[request.repository];
  const query = repository?.queries[request.query];
  if (repository === undefined || query === undefined) throw new Error(`no query ${request.repository}.${request.query}`);
  // The types of both were checked where the query was asked (ReadSides).
  return query(session.prepared(repository) as never, request.input as never, check);
}

/** Answers the queries of these repositories on this worker thread, until it is told to close. */
export function serveReader(repositories: Repositories): void {
  if (parentPort === null) throw new Error('a reader runs on a worker thread');
  const port = parentPort;
  const data = workerData as ReaderWorkerData;
  const reply = (message: ReaderReply, buffers: readonly ArrayBuffer[] = []): void => port.postMessage(message, [...buffers]);
  const session = lazySession(data, (damaged) => reply({ damaged }));

  const succeed = (id: number, output: unknown): void => {
    if (output instanceof HandOver) reply({ id, ok: true, output: output.output }, output.buffers);
    else reply({ id, ok: true, output });
  };
  const fail = (id: number, error: unknown): void => {
    if (isDamage(error)) noteDamage(data.databasePath);
    const known = storageError(error, data.databasePath);
    if (known instanceof AppError) reply({ id, ok: false, code: known.code, localized: known.localized });
    else reply({ id, ok: false, code: 'internal', localized: messageOf(known) });
  };

  port.on('message', (message: ReaderMessage) => {
    if (message === 'close') {
      session.close();
      port.close();
      return;
    }
    const { id } = message;
    try {
      const output = answer(repositories, session, message);
      if (output instanceof Promise)
        output.then(
          (value: unknown) => succeed(id, value),
          (error: unknown) => fail(id, error),
        );
      else succeed(id, output);
    } catch (error) {
      fail(id, error);
    }
  });
}

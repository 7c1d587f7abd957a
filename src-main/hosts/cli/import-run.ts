import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { RunImportProgress, RunImportResult } from '@shared/model/run-import';
import { importRun } from '../../core/readers/files/import-run';
import { openWriter } from '../../core/store/writer';
import { linkToCore, type LinkedCore } from '../terminal-link/client';
import { bytes, count, percent, progressLine } from './progress-line';
import type { Terminal } from './terminal';
import type { TransferContext } from './transfer';

/** Keeps one folder as a run. */
type Keep = (folder: string, onProgress: (progress: RunImportProgress) => void) => Promise<RunImportResult>;

/**
 * Keeps each folder as a run: through the core that runs on this data folder, whose database it is, else by itself.
 * @returns 0, or 1 where one has no scalars, 130 interrupted
 */
export async function importRunsHere(folders: readonly string[], context: TransferContext): Promise<number> {
  // Looked at before a database is made for them.
  for (const folder of folders)
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new AppError('not-found', `There is no folder ${resolve(folder)}.`);
  const { dataDir, terminal, signal } = context;
  const linked = await linkToCore(dataDir);
  if (linked !== null) {
    try {
      return await importEach(folders, terminal, (folder, onProgress) => keepThere(linked, resolve(folder), context, onProgress));
    } finally {
      linked.close();
    }
  }
  const writer = openWriter({ dataDir, log: (_, text) => terminal.note(text) });
  try {
    return await importEach(folders, terminal, (folder, onProgress) =>
      importRun({ writer, folder, signal, now: Date.now, notice: (text) => terminal.note(text), onProgress }),
    );
  } finally {
    writer.close();
  }
}

async function importEach(folders: readonly string[], terminal: Terminal, keep: Keep): Promise<number> {
  let isWhole = true;
  for (const folder of folders) {
    const tell = progressLine(terminal);
    const result = await keep(folder, ({ doneBytes, totalBytes, points }) =>
      tell(() => `${folder}  ${percent(doneBytes, totalBytes)}  ${bytes(doneBytes)}  ${count(points, 'point')}`),
    );
    terminal.setLive('');
    summary(folder, result, terminal);
    if (!result.done) return 130;
    isWhole &&= result.runId !== null;
  }
  return isWhole ? 0 : 1;
}

async function keepThere(
  { client, lost }: LinkedCore,
  path: string,
  { terminal, signal }: TransferContext,
  onProgress: (progress: RunImportProgress) => void,
): Promise<RunImportResult> {
  const { id } = await client.call('runImports.open', { path });
  return new Promise((done, fail) => {
    let result: RunImportResult | null = null;
    const reading = client.subscribe(
      'runImports.read',
      { id, keep: true },
      {
        onFrame: (frame) => {
          for (const text of frame.notices) terminal.note(text);
          onProgress(frame);
          result = frame.result;
        },
        onEnd: (error) => {
          if (error === null && result !== null) done(result);
          else fail(error ?? new AppError('internal', 'The import ended without a result.'));
        },
      },
    );
    const leave = (error: AppError): void => {
      reading.dispose();
      fail(error);
    };
    const interrupted = (): void => leave(new AppError('cancelled', 'Interrupted. The same command goes on from there.'));
    if (signal.aborted) interrupted();
    signal.addEventListener('abort', interrupted, { once: true });
    void lost.then(() => leave(new AppError('conflict', 'The Coldaisle that took it in has ended. The same command goes on from there.')));
  });
}

function summary(folder: string, { runId, isKnown, scalars, points, fresh, withoutTime, done }: RunImportResult, terminal: Terminal): void {
  if (runId === null) {
    terminal.note(`${folder}: no scalar was found, and nothing is kept.`);
    return;
  }
  const known = isKnown ? `, ${count(fresh, 'point')} new since it was imported before` : '';
  terminal.line(`${folder}: run ${runId}, ${count(scalars, 'scalar')}, ${count(points, 'point')}${known}`);
  if (!done) {
    terminal.note('Interrupted. The same command goes on from there.');
    return;
  }
  if (withoutTime > 0)
    terminal.note(`${count(withoutTime, 'point')} of files that tell no time: taken as of when the file was written last.`);
  if (!isKnown) terminal.note('Its energy is not known: it was not metered here.');
}

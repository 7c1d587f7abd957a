import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import { importRun, type RunImportResult } from '../../core/readers/files/import-run';
import { openWriter } from '../../core/store/writer';
import { bytes, count, percent, progressLine } from './progress-line';
import type { Terminal } from './terminal';
import type { TransferContext } from './transfer';

/** Keeps each folder as a run. @returns 0, or 1 where one has no scalars, 130 interrupted */
export async function importRunsHere(folders: readonly string[], { dataDir, terminal, signal }: TransferContext): Promise<number> {
  // Looked at before a database is made for them.
  for (const folder of folders)
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new AppError('not-found', `There is no folder ${resolve(folder)}.`);
  const writer = openWriter({ dataDir, log: (_, text) => terminal.note(text) });
  let isWhole = true;
  try {
    for (const folder of folders) {
      const tell = progressLine(terminal);
      const result = await importRun({
        writer,
        folder,
        signal,
        now: Date.now,
        notice: (text) => terminal.note(text),
        onProgress: ({ doneBytes, totalBytes, points }) =>
          tell(() => `${folder}  ${percent(doneBytes, totalBytes)}  ${bytes(doneBytes)}  ${count(points, 'point')}`),
      });
      terminal.setLive('');
      summary(folder, result, terminal);
      if (!result.done) return 130;
      isWhole &&= result.runId !== null;
    }
  } finally {
    writer.close();
  }
  return isWhole ? 0 : 1;
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

import { existsSync, statSync } from 'node:fs';
import { AppError, isAppError } from '@shared/contract/errors';
import { foundOut, type CsvSettings, type Encoding, type ImportFormat } from '@shared/model/import';
import { message, type Message } from '@shared/text/message';
import { folderError } from '../store/file/errors';
import type { StoreWriter } from '../store/types';
import { detectFormat } from './formats';
import type { FileHead } from './formats/format';
import { detectForm, TextBytes, type TextForm } from './csv/encoding';
import { terminalHints, type InputHints } from './csv/input-hints';
import { fileDevice } from './formats/table';
import { FileBytes } from './file-bytes';
import { headOf } from './file-head';
import { ImportBatcher } from './import-batcher';
import { BEGINNING, defaultReportPath, ImportPosition } from './import-position';
import { ImportReport, type ReportForm } from './import-report';
import type { MappingRule } from './mapping';
import { SourceMachine } from './source-machine';

export interface ImportOptions {
  readonly writer: Pick<StoreWriter, 'samples' | 'events' | 'devices' | 'path'>;
  readonly dataDir: string;
  readonly path: string;
  /** Null: from its first line. */
  readonly format: ImportFormat | null;
  readonly rules: readonly MappingRule[];
  /** Of a CSV file that was not exported here; null = the one with a usual name. */
  readonly timeColumn: string | null;
  /** Whose values they are: `local`, or another machine's name; default: as the file tells. */
  readonly machine?: string | null;
  /** Of a CSV file, where it is not as its first lines show. */
  readonly csv?: CsvSettings;
  /** How a person can say what the file does not. Default: with the options of the terminal. */
  readonly hints?: InputHints;
  /** What a person calls the file, where its path does not say it. */
  readonly name?: string;
  /** Null = in the data folder. */
  readonly reportPath: string | null;
  /** Default: for a person to read. */
  readonly reportForm?: ReportForm;
  /** Whether the writer records ticks meanwhile. Default false. */
  readonly beside?: boolean;
  /** Samples gathered before they are stored. */
  readonly batch?: number;
  /** When the file was written, where its own time says something else (a page sent it). Ms since the epoch. */
  readonly modifiedMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Wall clock, ms. */
  readonly now?: () => number;
}

export interface ImportProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly line: number;
  /** Taken in. */
  readonly samples: number;
  readonly badLines: number;
}

export interface ImportResult extends ImportProgress {
  /** False when it was interrupted; then the next import of this file goes on. */
  readonly done: boolean;
  /** The line it went on from, null when it began at the first. */
  readonly resumedAtLine: number | null;
  readonly newSeries: number;
  /** Of `samples`, by series and time: the same given twice counts once. */
  readonly stored: number;
  /** Of those stored: not in the database before, and there with another value, which was replaced. */
  readonly fresh: number;
  readonly changed: number;
  /** Samples older than what is kept, which were left out. */
  readonly expired: number;
  /** The series that samples came in for, the first so many of them, and from when to when these are; null = none. */
  readonly seriesIds: readonly number[];
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Metrics or columns that nothing is known of, with the number of their values. */
  readonly unmapped: readonly (readonly [string, number])[];
  /** Where what could not be taken is told; null when there was nothing. */
  readonly report: string | null;
  /** An OpenMetrics file ends with a line that says so; without it, it may be cut off. */
  readonly endMissing: boolean;
  /** The time that was given to samples without one, ms; null = they have one. */
  readonly assumedAtMs: number | null;
  /** What was taken for granted in reading it. */
  readonly detected: readonly Message[];
  /** To be called once the database is closed: then the position of an interrupted import outlives a power cut. */
  settle(): void;
}

/** Samples gathered before they are stored: 16 bytes each. */
const BATCH = 1_000_000;
/** So many beside a recording, whose ticks wait for each part of it: a tenth of a second at most. */
const BATCH_BESIDE = 100_000;
const HEAD_LINES = 64;

/**
 * Reads a file of measurements, or one packed with gzip, into the store. What is in it already is replaced by the same, so a repeated import
 * changes nothing. Samples are committed in batches, and after each it is noted how far the file was read; interrupted in
 * any way, it goes on from there. Memory holds one chunk of the file and one batch.
 *
 * Two values for one series and time, from two lines or two series of the file, are refused: which of them is meant only a
 * person can say. What the batches before them held stays.
 *
 * A line that cannot be taken is skipped, named by its number in the report, and counted; what it holds besides is taken.
 *
 * @throws {AppError} `not-found`, `invalid-input` (the mapping does not fit the file, a packed one is damaged), `conflict` (the
 *   named report exists), `storage-full`, `storage-failed`
 */
export async function importFile(options: ImportOptions): Promise<ImportResult> {
  const { writer, dataDir, path, signal } = options;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new AppError('not-found', message('message.file.none', { path }));
  const { csv = foundOut, hints = terminalHints, reportForm = 'text' } = options;
  const { bytes, form } = await openText(path, csv.encoding);
  const head = await fileHead(bytes, form.encoding);
  if (head === null) throw new AppError('invalid-input', message('message.file.empty', { path }));
  const { rules, timeColumn, batch = options.beside === true ? BATCH_BESIDE : BATCH, now = Date.now } = options;
  const modifiedMs = Math.round(options.modifiedMs ?? stat.mtimeMs);
  const format = detectFormat(head, options.format);
  const position = new ImportPosition(
    dataDir,
    writer.path,
    path,
    JSON.stringify([format.id, rules, timeColumn, csv, options.machine ?? null, options.reportPath]),
  );
  const found = position.load();
  const device = fileDevice(options.name ?? path);
  const machine = new SourceMachine({ machine: options.machine ?? null, file: device, devices: writer.devices.load() });
  const reader = format.open(head, {
    rules,
    timeColumn,
    csv,
    hints,
    device,
    machine,
    from: found,
    modifiedMs,
    nowMs: now(),
  });
  const reportPath = options.reportPath ?? defaultReportPath(dataDir, path, reportForm);
  if (found === null && options.reportPath !== null && existsSync(options.reportPath))
    throw new AppError('conflict', `${options.reportPath} exists already and is left as it is. Name another report.`);
  const report = new ImportReport(reportPath, found?.reportBytes ?? 0, reportForm);
  const batcher = new ImportBatcher({ writer, batch, report, position, from: found ?? BEGINNING, nowMs: now() }, reader);
  const progress = (): ImportProgress => ({
    ...batcher.figures,
    line: reader.line,
    doneBytes: bytes.isRemade ? bytes.position : reader.byte,
    totalBytes: stat.size,
  });
  try {
    for await (const chunk of bytes.from(reader.byte)) {
      reader.push(chunk, batcher);
      if (batcher.isFull) await batcher.store();
      // Input in a pipe or a signal gets its turn between two chunks.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) break;
      options.onProgress?.(progress());
    }
    if (!signal?.aborted) reader.end(batcher);
  } catch (error) {
    // What could be read of a damaged file is in; a full disk, or what contradicts itself, keeps nothing more.
    if (isAppError(error, 'invalid-input') && bytes.isDamaged) await batcher.store();
    throw folderError(error, path);
  }
  const done = !(signal?.aborted ?? false);
  await batcher.store();
  if (done) {
    report.close(batcher.unmappedNames().map(([name, count]) => message('message.import.unmapped', { name, count })));
    position.clear();
  }
  return {
    ...progress(),
    ...batcher.figures,
    done,
    resumedAtLine: found === null ? null : found.line,
    newSeries: batcher.newSeries,
    ...batcher.extent(),
    unmapped: batcher.unmappedNames(),
    report: report.isEmpty ? null : reportPath,
    endMissing: done && reader.endMissing,
    assumedAtMs: reader.assumedAtMs,
    detected: [...(reader.detected ?? []), ...machine.remark(hints.machine)],
    settle: () => {
      if (!done) position.save(batcher.progress(), true);
    },
  };
}

/** A file's text, in UTF-8 whatever it is written in, and what that is. @throws {AppError} */
export async function openText(path: string, encoding: Encoding | null): Promise<{ readonly bytes: TextBytes; readonly form: TextForm }> {
  try {
    const raw = new FileBytes(path);
    const form = detectForm((await headOf(raw)).bytes, encoding);
    return { bytes: new TextBytes(raw, form), form };
  } catch (error) {
    throw folderError(error, path);
  }
}

/** The beginning of a file, unpacked; null when it is empty. @throws {AppError} */
export async function fileHead(bytes: TextBytes, encoding: Encoding): Promise<FileHead | null> {
  let head: Awaited<ReturnType<typeof headOf>>;
  try {
    head = await headOf(bytes);
  } catch (error) {
    throw folderError(error, bytes.path);
  }
  if (head.bytes.length === 0) return null;
  const text = head.bytes.toString('utf8').replace(/^\uFEFF/, '');
  return { ...head, encoding, lines: text.split('\n', HEAD_LINES).map((line) => line.replace(/\r$/, '')) };
}

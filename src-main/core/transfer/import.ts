import { existsSync, statSync } from 'node:fs';
import { AppError, isAppError } from '@shared/contract/errors';
import type { ImportFormat } from '@shared/model/import';
import type { Sample, Series } from '@shared/model/series';
import { phrase } from '@shared/phrases/phrase';
import { folderError } from '../store/errors';
import type { StoreWriter } from '../store/types';
import { defaultReportPath, ImportPosition, type Progress } from './import-position';
import { FileBytes } from './file-bytes';
import { ImportReport } from './import-report';
import type { MappingRule } from './mapping';
import { readRecords, type TextRecord } from './records';
import { csvSeparator, genericCsvSource, isOwnCsv, openMetricsSource, ownCsvSource, type Findings, type Imported, type Source } from './sources';

export interface ImportOptions {
  readonly writer: StoreWriter;
  readonly dataDir: string;
  readonly path: string;
  /** Null: from its first line. */
  readonly format: ImportFormat | null;
  readonly rules: readonly MappingRule[];
  /** Of a CSV file that was not exported here; null = the one with a usual name. */
  readonly timeColumn: string | null;
  /** Null = in the data folder. */
  readonly reportPath: string | null;
  /** Whether the writer records ticks meanwhile. Default false. */
  readonly beside?: boolean;
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
  /** To be called once the database is closed: then the position of an interrupted import outlives a power cut. */
  settle(): void;
}

/** Samples put into one transaction. */
const BATCH = 20_000;
/** Different unmapped names that are told one by one. */
const MAX_NAMES = 1_000;
const OTHER_NAMES = '(others)';
/** As many as one view of the history takes. */
const MAX_SERIES = 256;
/** A clock that is ahead by less is a clock, ms. */
const AHEAD_MS = 24 * 3_600_000;

/**
 * Reads a file of measurements, or one packed with gzip, into the store. What is in it already is replaced by the same, so a repeated import
 * changes nothing. Samples are committed in batches, and after each it is noted how far the file was read; interrupted in
 * any way, it goes on from there. Memory holds one chunk of the file and one batch.
 *
 * A line that cannot be taken is skipped, named by its number in the report, and counted; what it holds besides is taken.
 *
 * @throws {AppError} `not-found`, `invalid-input` (the mapping does not fit the file, a packed one is damaged), `conflict` (the
 *   named report exists), `storage-full`, `storage-failed`
 */
export async function importFile(options: ImportOptions): Promise<ImportResult> {
  const { writer, dataDir, path, signal } = options;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new AppError('not-found', phrase('said.file.none', { path }));
  const bytes = fileBytes(path);
  const plan = await reading(options, bytes);
  const position = new ImportPosition(dataDir, writer.path, path, JSON.stringify([plan.format, options.rules, options.timeColumn, options.reportPath]));
  const found = position.load();
  const reportPath = options.reportPath ?? defaultReportPath(dataDir, path);
  if (found === null && options.reportPath !== null && existsSync(options.reportPath)) throw new AppError('conflict', `${options.reportPath} exists already and is left as it is. Name another report.`);
  const report = new ImportReport(reportPath, found?.reportBytes ?? 0);
  const intake = new Intake(writer, options.beside === true, report, position, found ?? plan.start);
  const progress = (): ImportProgress => ({ ...intake.counts(), ...(bytes.isPacked ? { doneBytes: bytes.position } : {}), totalBytes: stat.size });
  let lastText = '';
  try {
    for await (const records of readRecords(bytes, { separator: plan.separator, fromByte: intake.byte, fromLine: intake.line })) {
      for (const record of records) {
        intake.take(plan.source, record);
        if (record.text !== '') lastText = record.text;
      }
      // Input in a pipe or a signal gets its turn between two chunks.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) break;
      options.onProgress?.(progress());
    }
  } catch (error) {
    // What could be read of a damaged file is in; a full disk keeps nothing more.
    if (isAppError(error, 'invalid-input')) intake.commit();
    throw folderError(error, path);
  }
  const done = !(signal?.aborted ?? false);
  intake.commit();
  if (done) {
    intake.closeReport();
    position.clear();
  }
  return {
    ...progress(),
    done,
    resumedAtLine: found === null ? null : found.line,
    newSeries: intake.newSeries,
    ...intake.extent(),
    unmapped: intake.unmappedNames(),
    report: report.isEmpty ? null : reportPath,
    endMissing: done && plan.format === 'openmetrics' && lastText !== '# EOF',
    settle: () => {
      if (!done) position.save(intake.progress(), true);
    },
  };
}

interface Reading {
  readonly format: ImportFormat;
  readonly separator: number | null;
  readonly source: Source;
  readonly start: Progress;
}

/** Looks at the first line and decides how the rest is read. */
async function reading({ path, format, rules, timeColumn, now = Date.now }: ImportOptions, bytes: FileBytes): Promise<Reading> {
  const latestMs = now() + AHEAD_MS;
  const first = await firstRecord(bytes);
  if (first === null) throw new AppError('invalid-input', phrase('said.file.empty', { path }));
  const start: Progress = { byte: 0, line: 1, samples: 0, badLines: 0, reportBytes: 0, unmapped: {}, expired: 0, seriesIds: [], fromMs: null, toMs: null };
  if ((format ?? guess(first.text)) === 'openmetrics') return { format: 'openmetrics', separator: null, source: openMetricsSource({ rules, latestMs }), start };
  const header = first.text;
  const separator = csvSeparator(header);
  const source = isOwnCsv(header) ? ownCsvSource({ rules, latestMs }) : genericCsvSource({ header, separator, timeColumn, rules, latestMs });
  return { format: 'csv', separator: separator.charCodeAt(0), source, start: { ...start, byte: first.nextByte, line: first.nextLine } };
}

/** @throws {AppError} */
export function fileBytes(path: string): FileBytes {
  try {
    return new FileBytes(path);
  } catch (error) {
    throw folderError(error, path);
  }
}

/** @throws {AppError} */
export async function firstRecord(bytes: FileBytes): Promise<TextRecord | null> {
  try {
    for await (const records of readRecords(bytes, { separator: null, fromByte: 0, fromLine: 1 })) {
      const [first] = records;
      if (first !== undefined) return first;
    }
    return null;
  } catch (error) {
    throw folderError(error, bytes.path);
  }
}

/** What a file is by its first line. */
export function guess(firstLine: string): ImportFormat {
  return firstLine.startsWith('#') || /^[a-zA-Z_:][\w:]*(\{.*\})?\s+[+-]?[\d.NInfa]\S*(\s|$)/.test(firstLine) ? 'openmetrics' : 'csv';
}

/** What was read and is not committed yet, and how far it goes. */
class Intake implements Findings {
  newSeries = 0;
  private readonly known = new Map<string, number>();
  private readonly labels: ReadonlyMap<string, Series>;
  private readonly unmappedCounts: Map<string, number>;
  private batch: Sample[] = [];
  private samples: number;
  private badLines: number;
  private record: TextRecord | null = null;
  private isBad = false;
  private expired: number;
  private readonly seriesIds: Set<number>;
  private fromMs: number;
  private toMs: number;
  byte: number;
  line: number;

  constructor(
    private readonly writer: StoreWriter,
    private readonly beside: boolean,
    private readonly report: ImportReport,
    private readonly position: ImportPosition,
    from: Progress,
  ) {
    this.byte = from.byte;
    this.line = from.line;
    this.samples = from.samples;
    this.badLines = from.badLines;
    this.unmappedCounts = new Map(Object.entries(from.unmapped));
    this.expired = from.expired;
    this.seriesIds = new Set(from.seriesIds);
    this.fromMs = from.fromMs ?? Infinity;
    this.toMs = from.toMs ?? -Infinity;
    this.labels = new Map(writer.listSeries().map((series) => [seriesName(series), series]));
  }

  take(source: Source, record: TextRecord): void {
    this.record = record;
    this.isBad = false;
    if (record.problem === null) source.read(record.text, this);
    else this.bad(record.problem);
    if (this.isBad) this.badLines += 1;
    this.byte = record.nextByte;
    this.line = record.nextLine;
    if (this.batch.length >= BATCH) this.commit();
  }

  sample({ key, atMs, value }: Imported): void {
    if (atMs < this.writer.rawFromMs) {
      this.expired += 1;
      return;
    }
    const seriesId = this.idOf(key);
    this.batch.push({ seriesId, atMs, value });
    if (this.seriesIds.size < MAX_SERIES) this.seriesIds.add(seriesId);
    if (atMs < this.fromMs) this.fromMs = atMs;
    if (atMs > this.toMs) this.toMs = atMs;
  }

  bad(problem: string): void {
    this.isBad = true;
    if (this.record !== null) this.report.badLine(this.record.line, problem, this.record.text);
  }

  unmapped(name: string): void {
    const counted = this.unmappedCounts.has(name) || this.unmappedCounts.size < MAX_NAMES ? name : OTHER_NAMES;
    this.unmappedCounts.set(counted, (this.unmappedCounts.get(counted) ?? 0) + 1);
  }

  /** What it counts is in the database before it says so. */
  commit(): void {
    if (this.beside) this.writer.commitPast(this.batch);
    else this.writer.commitSamples(this.batch);
    this.samples += this.batch.length;
    this.batch = [];
    this.position.save(this.progress());
  }

  progress(): Progress {
    return { byte: this.byte, line: this.line, samples: this.samples, badLines: this.badLines, reportBytes: this.report.flush(), unmapped: Object.fromEntries(this.unmappedCounts), ...this.extent() };
  }

  counts(): Omit<ImportProgress, 'totalBytes'> {
    return { doneBytes: this.byte, line: this.line, samples: this.samples + this.batch.length, badLines: this.badLines };
  }

  extent(): Pick<Progress, 'expired' | 'seriesIds' | 'fromMs' | 'toMs'> {
    const none = this.seriesIds.size === 0;
    return { expired: this.expired, seriesIds: [...this.seriesIds], fromMs: none ? null : this.fromMs, toMs: none ? null : this.toMs };
  }

  unmappedNames(): [string, number][] {
    return [...this.unmappedCounts].sort(([, a], [, b]) => b - a);
  }

  closeReport(): void {
    this.report.close(this.unmappedNames().map(([name, count]) => `not mapped: ${name}, ${count} values`));
  }

  /** A series that is there keeps what people call its device now. */
  private idOf(key: Imported['key']): number {
    const name = seriesName(key);
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const there = this.labels.get(name);
    const { id } = there ?? this.writer.ensureSeries(key);
    if (there === undefined) this.newSeries += 1;
    this.known.set(name, id);
    return id;
  }
}

function seriesName({ device, metric, provenance }: Imported['key']): string {
  return `${metric}\n${provenance}\n${device}`;
}

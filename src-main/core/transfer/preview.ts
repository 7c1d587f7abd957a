import { statSync } from 'node:fs';
import { AppError } from '@shared/contract/errors';
import type { ImportPreview } from '@shared/model/import';
import { phrase } from '@shared/phrases/phrase';
import { folderError } from '../store/errors';
import { detectFormat } from './formats';
import { ownCsv } from './formats/own-csv';
import { csvColumns, csvSeparator } from './formats/table';
import { fileBytes, fileHead } from './import';
import { metricOfFamily } from './names';
import { parseSample } from './openmetrics-text';
import { readRecords } from './records';

/** More names than these nobody maps by hand. */
const MAX_NAMES = 100;
/** Pieces of the file that are looked at, of a quarter of a megabyte each. */
const PIECES = 4;

/**
 * What a file is, by its beginning, and what in it needs a rule.
 * @throws {AppError} `not-found`, `invalid-input` (empty, or damaged as a gzip file), `storage-failed`
 */
export async function previewImport(path: string): Promise<ImportPreview> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new AppError('not-found', phrase('said.file.none', { path }));
  const bytes = fileBytes(path);
  const head = await fileHead(bytes);
  if (head === null) throw new AppError('invalid-input', phrase('said.file.empty', { path }));
  const packed = bytes.isPacked;
  const format = detectFormat(head);
  if (format.id === 'openmetrics') return { format: 'openmetrics', packed, columns: [], timeColumn: null, foreign: await foreignMetrics(path) };
  if (format === ownCsv) return { format: 'csv', packed, columns: [], timeColumn: null, foreign: [] };
  const header = head.lines[0] ?? '';
  const { columns, time } = csvColumns(header, csvSeparator(header), null);
  const names = [...new Set(columns.slice(0, MAX_NAMES))].filter((name) => name !== '');
  return { format: 'csv', packed, columns: names, timeColumn: columns[time] ?? null, foreign: names.map((name) => ({ name, labels: [] })) };
}

async function foreignMetrics(path: string): Promise<ImportPreview['foreign']> {
  const found = new Map<string, Set<string>>();
  let pieces = 0;
  try {
    for await (const records of readRecords(path, { separator: null, fromByte: 0, fromLine: 1 })) {
      for (const { text, problem } of records) {
        const line = text.trim();
        if (problem !== null || line === '' || line.startsWith('#')) continue;
        const sample = parseSample(line);
        if (typeof sample === 'string' || metricOfFamily(sample.name) !== null) continue;
        const labels = found.get(sample.name) ?? new Set();
        if (found.size < MAX_NAMES) found.set(sample.name, labels);
        for (const label of sample.labels.keys()) labels.add(label);
      }
      pieces += 1;
      if (pieces === PIECES) break;
    }
  } catch (error) {
    throw folderError(error, path);
  }
  return [...found].map(([name, labels]) => ({ name, labels: [...labels] }));
}

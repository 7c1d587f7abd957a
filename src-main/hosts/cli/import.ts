import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { CsvSettings } from '@shared/model/import';
import { english } from '@shared/text/message';
import { openWriter } from '../../core/store/writer';
import { importFile, type ImportResult } from '../../core/transfer/import';
import { notKept } from '../../core/transfer/kept';
import { parseRuleFile, parseRules, type MappingRule } from '../../core/transfer/mapping';
import { count, percent, progressLine } from './progress-line';
import type { Terminal } from './terminal';
import type { TransferContext } from './transfer';
import { UsageError } from './usage';

export interface ImportRequest {
  readonly dataDir: string | null;
  readonly files: readonly string[];
  /** As typed: rules, or the name of a JSON file of them. */
  readonly map: string | null;
  readonly time: string | null;
  /** How a CSV file is read, where it is not as its first lines show. */
  readonly csv: CsvSettings;
  /** Whose values they are, where the file does not say: `local`, or another machine's name; null = as the file tells. */
  readonly machine: string | null;
  readonly format: 'openmetrics' | 'csv' | null;
  readonly report: string | null;
}

const NAMES_SHOWN = 8;

/** Takes files in, one after another; an interrupted one goes on the next time. */
export async function importHere(
  { files, map, time, csv, machine, format, report }: ImportRequest,
  { dataDir, terminal, signal }: TransferContext,
): Promise<number> {
  if (report !== null && files.length > 1) throw new UsageError('--report is for one file.');
  const rules = map === null ? [] : rulesOf(map);
  // Looked at before a database is made for them.
  for (const file of files) if (!existsSync(file)) throw new AppError('not-found', `There is no file ${resolve(file)}.`);
  const warned = new Set<string>();
  const writer = openWriter({
    dataDir,
    log: (_, text) => {
      // The store warns with each batch; a person needs each kind once.
      const kind = text.replaceAll(/\d+/g, '');
      if (!warned.has(kind)) terminal.note(text);
      warned.add(kind);
    },
  });
  const results: ImportResult[] = [];
  try {
    for (const file of files) {
      const path = resolve(file);
      const tell = progressLine(terminal);
      const result = await importFile({
        writer,
        dataDir,
        path,
        format,
        rules,
        timeColumn: time,
        csv,
        machine,
        reportPath: report === null ? null : resolve(report),
        signal,
        onProgress: (progress) =>
          tell(
            () =>
              `${file}  ${percent(progress.doneBytes, progress.totalBytes)}  line ${progress.line.toLocaleString('en-US')}  ${count(progress.samples, 'sample')}  ${count(progress.badLines, 'bad line')}`,
          ),
      });
      terminal.setLive('');
      results.push(result);
      summary(file, result, terminal);
      const oldestMs = result.expired > 0 ? -Infinity : (result.fromMs ?? Infinity);
      for (const localized of notKept(writer, Date.now(), oldestMs)) terminal.note(english(localized));
      if (!result.done) break;
    }
  } finally {
    writer.close();
  }
  for (const result of results) result.settle();
  if (results.some((result) => !result.done)) return 130;
  return results.every((result) => result.badLines === 0 && result.unmapped.length === 0 && !result.endMissing) ? 0 : 1;
}

function rulesOf(map: string): MappingRule[] {
  if (!map.toLowerCase().endsWith('.json')) return parseRules(map);
  let text: string;
  try {
    text = readFileSync(map, 'utf8');
  } catch (error) {
    throw new UsageError(`--map ${map}: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return parseRuleFile(text);
}

function summary(file: string, result: ImportResult, terminal: Terminal): void {
  const from = result.resumedAtLine === null ? '' : `, resumed from line ${result.resumedAtLine.toLocaleString('en-US')}`;
  const series = result.newSeries === 0 ? '' : `, ${count(result.newSeries, 'new series', 'new series')}`;
  terminal.line(`${file}: ${count(result.samples, 'sample')} from ${count(result.line - 1, 'line')}${series}${from}`);
  if (result.detected.length > 0) terminal.note(`Read as: ${result.detected.map(english).join('; ')}.`);
  if (!result.done) {
    terminal.note(`Interrupted at line ${result.line.toLocaleString('en-US')}. The same command goes on from there.`);
    return;
  }
  if (result.assumedAtMs !== null)
    terminal.note(`Its samples have no times: taken as of ${new Date(result.assumedAtMs).toISOString()}, when the file was written.`);
  if (result.stored > 0 && result.fresh + result.changed === 0) terminal.note('All of it was there already: nothing changed.');
  if (result.changed > 0) terminal.note(`${count(result.changed, 'sample')} had another value before, which was replaced.`);
  if (result.stored < result.samples)
    terminal.note(
      `${count(result.samples - result.stored, 'sample')} given more than once, counted once: ${result.stored.toLocaleString('en-US')} stored.`,
    );
  if (result.expired > 0) terminal.note(`${count(result.expired, 'sample')} left out: older than the time for which samples are kept.`);
  if (result.badLines > 0) terminal.note(`${count(result.badLines, 'line')} skipped.`);
  if (result.unmapped.length > 0) {
    const total = result.unmapped.reduce((sum, [, values]) => sum + values, 0);
    const names = result.unmapped.slice(0, NAMES_SHOWN).map(([name, values]) => `${name} (${values.toLocaleString('en-US')})`);
    terminal.note(
      `${count(total, 'value')} of ${count(result.unmapped.length, 'metric')} not mapped: ${names.join(', ')}${result.unmapped.length > NAMES_SHOWN ? ', …' : ''}. Say what they are with --map.`,
    );
  }
  if (result.endMissing) terminal.note('It has no "# EOF" at its end: it may be cut off.');
  if (result.report !== null) terminal.note(`Report: ${result.report}`);
}

import { message, type Message } from '@shared/text/message';
import { csvToolNames, type CsvSettings } from '@shared/model/import';
import type { CsvReading } from './csv-file';

const signs: Readonly<Record<string, string>> = { ';': 'semicolon', '\t': 'tab', '|': 'bar' };
const MAX_NAMES = 8;

/** What was taken for granted in reading a file, for a person who looks at figures that seem wrong; nothing for what was given. */
export function detectedSettings(
  reading: CsvReading,
  skippedColumns: readonly string[],
  given: CsvSettings,
  zone: string,
  encoding: string,
): Message[] {
  const { tool, separator, decimal, decimalCertain, dates, usesZone, skippedLines, hasHeader } = reading;
  const detected: Message[] = [];
  if (tool !== null) detected.push(message('message.csv.as.tool', { tool: csvToolNames[tool] }));
  if (usesZone && given.zone === null) detected.push(message('message.csv.as.zone', { zone, option: '--zone' }));
  if (dates !== null && given.dates === null)
    detected.push(message(dates === 'day-first' ? 'message.csv.as.dayFirst' : 'message.csv.as.monthFirst', { option: '--dates' }));
  if (given.separator === null && separator !== ',')
    detected.push(message('message.csv.as.separator', { sign: signs[separator] ?? separator, option: '--separator' }));
  if (given.decimal === null && (decimal === ',' || !decimalCertain))
    detected.push(message(decimal === ',' ? 'message.csv.as.comma' : 'message.csv.as.point', { option: '--decimal' }));
  if (given.encoding === null && encoding !== 'utf-8')
    detected.push(message('message.csv.as.encoding', { encoding, option: '--encoding' }));
  if (given.skip === null && skippedLines > 0) detected.push(message('message.csv.as.skipped', { count: skippedLines, option: '--skip' }));
  if (!hasHeader) detected.push(message('message.csv.as.noHeader', { option: '--map' }));
  if (skippedColumns.length > 0)
    detected.push(
      message('message.csv.as.leftOut', {
        names: `${skippedColumns.slice(0, MAX_NAMES).join(', ')}${skippedColumns.length > MAX_NAMES ? ', …' : ''}`,
      }),
    );
  return detected;
}

/** A series as the export names it. */
export interface CsvSeries {
  readonly device: string;
  readonly label: string;
  readonly metric: string;
  /** Empty = not known. */
  readonly unit: string;
  readonly provenance: string;
}

export const CSV_HEADER = 'time_utc,at_ms,device,label,metric,unit,provenance,value\r\n';

/**
 * The fields between time and value, which are the same for all samples of a series.
 *
 * Device, label, metric and unit may be words from outside (a disk's model, a GPU's name, a column of a file). One that begins with = + - @, a tab or a
 * carriage return would be run as a formula by a spreadsheet, so it gets an apostrophe in front, which a spreadsheet
 * hides; any other text is exported as it is. Numbers are never touched.
 */
export function csvSeriesFields({ device, label, metric, unit, provenance }: CsvSeries): string {
  return [harmless(device), harmless(label), harmless(metric), harmless(unit), provenance].map(csvField).join(',');
}

/** One line: time as ISO 8601 in UTC, and the value as the shortest text that reads back to the same number; null = empty. */
export function csvLine(fields: string, atMs: number, value: number | null): string {
  return `${new Date(atMs).toISOString()},${atMs},${fields},${value ?? ''}\r\n`;
}

/** RFC 4180: quoted when it holds a comma, a quote or a line break; quotes doubled. */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

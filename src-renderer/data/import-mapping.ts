import { foundOut, type CsvSettings, type ImportPlan, type ImportPreview, type ImportRule } from '@shared/model/import';
import type { MetricId } from '@shared/model/metrics';

/** Reads a number as the shown language writes it; null = it is none. */
export type NumberReader = (text: string) => number | null;

/** What a name of the file is: as the file says, nothing to be taken, or one of the catalogue. */
export type NameChoice = 'file' | 'leave' | MetricId;

/** What a person says of one metric or column. */
export interface MappingRow {
  readonly name: string;
  readonly is: NameChoice;
  readonly device: string;
  /** As typed. */
  readonly scale: string;
}

export interface MappingDraft {
  /** Null = as found. */
  readonly timeColumn: string | null;
  readonly rows: readonly MappingRow[];
  readonly csv: CsvSettings;
  /** Null = as the file tells; else `local`, or another machine's name as typed. */
  readonly machine: string | null;
  /** As typed; empty = as found. */
  readonly skip: string;
}

const MAX_SKIP = 99_999;

/** The label or column of that name, or what the file tells besides. */
const OWN_DEVICE = '{device}';

/** What the form begins with: what was given the last time, else nothing. */
export function draftOf(preview: ImportPreview, plan: ImportPlan | null): MappingDraft {
  const given = new Map(plan?.rules.map((rule) => [rule.name, rule]));
  const csv = plan?.csv ?? foundOut;
  return {
    timeColumn: plan?.timeColumn ?? null,
    csv,
    machine: plan?.machine ?? null,
    skip: csv.skip === null ? '' : String(csv.skip),
    rows: rowsOf(preview).map((row) => {
      const rule = given.get(row.name);
      return rule
        ? { name: row.name, is: rule.metric ?? 'leave', device: rule.device === OWN_DEVICE ? '' : rule.device, scale: String(rule.scale) }
        : row;
    }),
  };
}

/** The draft with the names that a file has once it is cut another way; what was given of a name stays. */
export function draftFor(preview: ImportPreview, draft: MappingDraft): MappingDraft {
  const given = new Map(draft.rows.map((row) => [row.name, row]));
  return { ...draft, rows: rowsOf(preview).map((row) => given.get(row.name) ?? row) };
}

function rowsOf(preview: ImportPreview): MappingRow[] {
  return preview.foreign.map(({ name, labels }) => ({
    name,
    is: 'file',
    device: preview.format === 'csv' ? '' : usualDevice(labels),
    scale: '1',
  }));
}

/** The label that names the device in common exporters. */
function usualDevice(labels: readonly string[]): string {
  if (labels.includes('device')) return OWN_DEVICE;
  if (labels.includes('gpu')) return 'gpu{gpu}';
  return labels.includes('instance') ? 'node/{instance}' : 'host';
}

/** Whether a row says something of its own. */
export function isMapped({ is }: MappingRow): boolean {
  return is !== 'file' && is !== 'leave';
}

/** What of a draft cannot be: the places of rows whose device or factor is wrong. */
export function wrongRows(preview: ImportPreview, draft: MappingDraft, read: NumberReader): readonly number[] {
  return draft.rows.flatMap((row, i) =>
    !isMapped(row) || ((row.device.trim() !== '' || preview.format === 'csv') && scaleOf(row.scale, read) !== null) ? [] : [i],
  );
}

/** Whether the number of lines to skip is one. */
export function isSkipWrong({ skip }: MappingDraft, read: NumberReader): boolean {
  return skip.trim() !== '' && skipOf(skip, read) === null;
}

function skipOf(text: string, read: NumberReader): number | null {
  const lines = read(text);
  return lines !== null && Number.isInteger(lines) && lines >= 0 && lines <= MAX_SKIP ? lines : null;
}

/** Whether a file can be imported so. */
export function isEnough(preview: ImportPreview, draft: MappingDraft, read: NumberReader): boolean {
  return preview.problem === null && wrongRows(preview, draft, read).length === 0 && !isSkipWrong(draft, read);
}

export function planOf(preview: ImportPreview, draft: MappingDraft, read: NumberReader): ImportPlan {
  const rules = draft.rows.flatMap((row): ImportRule[] => {
    const { name, is, device, scale } = row;
    if (is === 'file') return [];
    return [
      {
        name,
        metric: is === 'leave' ? null : is,
        device: is === 'leave' || device.trim() === '' ? OWN_DEVICE : device.trim(),
        scale: scaleOf(scale, read) ?? 1,
      },
    ];
  });
  const skip = skipOf(draft.skip, read);
  return { timeColumn: preview.columns.length === 0 ? null : draft.timeColumn, rules, csv: { ...draft.csv, skip }, machine: draft.machine };
}

function scaleOf(text: string, read: NumberReader): number | null {
  const value = read(text);
  return value === 0 ? null : value;
}

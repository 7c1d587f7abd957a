import type { ImportPlan, ImportPreview, ImportRule } from '@shared/model/import';
import type { MetricId } from '@shared/model/metrics';

/** What a person says of one metric or column that the catalogue does not know. */
export interface MappingRow {
  readonly name: string;
  /** Null = left out. */
  readonly metric: MetricId | null;
  readonly device: string;
  /** As typed. */
  readonly scale: string;
}

export interface MappingDraft {
  /** Null where the file has none of its own, or none was chosen yet. */
  readonly timeColumn: string | null;
  readonly rows: readonly MappingRow[];
}

/** What the form begins with: what was said the last time, else guesses. */
export function draftOf(preview: ImportPreview, plan: ImportPlan | null): MappingDraft {
  const said = new Map(plan?.rules.map((rule) => [rule.name, rule]));
  return {
    timeColumn: plan?.timeColumn ?? preview.timeColumn,
    rows: preview.foreign.map(({ name, labels }) => {
      const rule = said.get(name);
      return rule ? { name, metric: rule.metric, device: rule.device, scale: String(rule.scale) } : { name, metric: null, device: usualDevice(labels), scale: '1' };
    }),
  };
}

/** The label that names the device in common exporters. */
function usualDevice(labels: readonly string[]): string {
  if (labels.includes('device')) return '{device}';
  if (labels.includes('gpu')) return 'gpu{gpu}';
  return labels.includes('instance') ? 'node/{instance}' : 'host';
}

/** What of a draft cannot be: the places of rows whose device or factor is wrong. */
export function wrongRows(draft: MappingDraft): readonly number[] {
  return draft.rows.flatMap((row, i) => (row.metric === null || (row.device.trim() !== '' && scaleOf(row.scale) !== null) ? [] : [i]));
}

/** Whether a file can be imported so: a CSV file of others needs its time and a column of values. */
export function isEnough(preview: ImportPreview, draft: MappingDraft): boolean {
  if (wrongRows(draft).length > 0) return false;
  if (preview.columns.length === 0) return true;
  return draft.timeColumn !== null && draft.rows.some(({ name, metric }) => metric !== null && name !== draft.timeColumn);
}

export function planOf(preview: ImportPreview, draft: MappingDraft): ImportPlan {
  const rules = draft.rows.flatMap(({ name, metric, device, scale }): ImportRule[] => {
    const factor = scaleOf(scale);
    return metric === null || factor === null || (preview.columns.length > 0 && name === draft.timeColumn) ? [] : [{ name, metric, device: device.trim(), scale: factor }];
  });
  return { timeColumn: preview.columns.length === 0 ? null : draft.timeColumn, rules };
}

function scaleOf(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) || value === 0 ? null : value;
}

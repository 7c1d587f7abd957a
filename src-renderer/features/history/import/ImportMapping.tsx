import type { ReactNode } from 'react';
import { metricIds, type MetricId } from '@shared/model/metrics';
import type { ImportPreview } from '@shared/model/import';
import { metricDef } from '@shared/model/metrics';
import { wrongRows, type MappingDraft, type MappingRow } from '../../../data/import-mapping';
import { unitText, useTexts } from '../../../i18n/use-texts';
import { Field, Select } from '../../../ui/Field';

interface ImportMappingProps {
  readonly preview: ImportPreview;
  readonly draft: MappingDraft;
  readonly onDraft: (draft: MappingDraft) => void;
}

const NONE = '';

/** Says, for each metric or column that the catalogue does not know, what it is. */
export function ImportMapping({ preview, draft, onDraft }: ImportMappingProps): ReactNode {
  const { t } = useTexts();
  const isTable = preview.columns.length > 0;
  const wrong = wrongRows(draft);
  const change = (name: string, patch: Partial<MappingRow>): void => onDraft({ ...draft, rows: draft.rows.map((row) => (row.name === name ? { ...row, ...patch } : row)) });
  const metrics = [{ value: NONE, label: isTable ? t('import.map.leave') : t('import.map.own') }, ...metricIds.map((id) => ({ value: id as string, label: metricName(id) }))];
  function metricName(id: MetricId): string {
    const unit = unitText(t, metricDef(id).unit);
    return `${t(`metric.${id}`)}${unit === '' ? '' : ` (${unit})`}`;
  }
  return (
    <div className="import-map">
      <p className="section-note">{isTable ? t('import.map.columns') : t('import.map.metrics')}</p>
      {isTable ? (
        <Field label={t('import.map.time')}>
          {({ id, describedBy }) => (
            <Select
              id={id}
              describedBy={describedBy}
              value={draft.timeColumn ?? NONE}
              options={[{ value: NONE, label: t('import.map.noTime'), disabled: true }, ...preview.columns.map((name) => ({ value: name, label: name }))]}
              onChange={(name) => onDraft({ ...draft, timeColumn: name === NONE ? null : name })}
              testId="import-time"
            />
          )}
        </Field>
      ) : null}
      <table className="table import-table">
        <thead>
          <tr>
            <th scope="col">{isTable ? t('import.map.column') : t('import.map.name')}</th>
            <th scope="col">{t('import.map.metric')}</th>
            <th scope="col">{t('import.map.device')}</th>
            <th scope="col">{t('import.map.scale')}</th>
          </tr>
        </thead>
        <tbody>
          {draft.rows.map((row, i) =>
            isTable && row.name === draft.timeColumn ? null : (
              <tr key={row.name} data-map={row.name}>
                <th scope="row">{row.name}</th>
                <td>
                  <Select label={t('import.map.metricOf', { name: row.name })} value={row.metric ?? NONE} options={metrics} onChange={(value) => change(row.name, { metric: metricIds.find((id) => id === value) ?? null })} />
                </td>
                <td>
                  <Cell label={t('import.map.deviceOf', { name: row.name })} text={row.device} disabled={row.metric === null} invalid={wrong.includes(i) && row.device.trim() === ''} onText={(device) => change(row.name, { device })} />
                </td>
                <td>
                  <Cell label={t('import.map.scaleOf', { name: row.name })} text={row.scale} disabled={row.metric === null} invalid={wrong.includes(i) && row.device.trim() !== ''} onText={(scale) => change(row.name, { scale })} />
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
      <p className="section-note">{isTable ? t('import.map.columnHint') : t('import.map.labelHint')}</p>
    </div>
  );
}

interface CellProps {
  readonly label: string;
  readonly text: string;
  readonly disabled: boolean;
  readonly invalid: boolean;
  readonly onText: (text: string) => void;
}

function Cell({ label, text, disabled, invalid, onText }: CellProps): ReactNode {
  return (
    <span className="number-input" data-invalid={invalid || undefined} data-disabled={disabled || undefined}>
      <input type="text" autoComplete="off" spellCheck={false} maxLength={200} aria-label={label} aria-invalid={invalid} disabled={disabled} value={text} onChange={(event) => onText(event.target.value)} />
    </span>
  );
}

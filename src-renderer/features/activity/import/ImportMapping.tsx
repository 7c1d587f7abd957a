import type { ReactNode } from 'react';
import { metricIds, type MetricId } from '@shared/model/metrics';
import type { ImportPreview } from '@shared/model/import';
import { metricDef } from '@shared/model/metrics';
import { isMapped, wrongRows, type MappingDraft, type MappingRow, type NameChoice } from '../../../data/import-mapping';
import { unitText, useTexts } from '../../../i18n/use-texts';
import { Select } from '../../../ui/Select';

interface ImportMappingProps {
  readonly preview: ImportPreview;
  readonly draft: MappingDraft;
  readonly onDraft: (draft: MappingDraft) => void;
}

/**
 * Says, for each metric or column, what it is where that is not what the file says. A form of a row each, in the order of the file, and
 * no table of data: what is typed into a row must not move it.
 */
export function ImportMapping({ preview, draft, onDraft }: ImportMappingProps): ReactNode {
  const { t, format } = useTexts();
  const isTable = preview.columns.length > 0;
  const wrong = wrongRows(preview, draft, format.parse);
  const change = (name: string, patch: Partial<MappingRow>): void =>
    onDraft({ ...draft, rows: draft.rows.map((row) => (row.name === name ? { ...row, ...patch } : row)) });
  const metrics: readonly { readonly value: NameChoice; readonly label: string }[] = [
    { value: 'file', label: t('import.map.file') },
    { value: 'leave', label: t('import.map.leave') },
    ...metricIds.map((id) => ({ value: id, label: metricName(id) })),
  ];
  function metricName(id: MetricId): string {
    const unit = unitText(t, metricDef(id).unit);
    return `${t(`metric.${id}`)}${unit === '' ? '' : ` (${unit})`}`;
  }
  return (
    <div className="import-map">
      <p className="section-note">{isTable ? t('import.map.columns') : t('import.map.metrics')}</p>
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
            isTable && row.name === (draft.timeColumn ?? preview.timeColumn) ? null : (
              <tr key={row.name} data-map={row.name}>
                <th scope="row">{row.name}</th>
                <td>
                  <Select
                    label={t('import.map.metricOf', { name: row.name })}
                    value={row.is}
                    options={metrics}
                    onChange={(is) => change(row.name, { is })}
                  />
                </td>
                <td>
                  <Cell
                    label={t('import.map.deviceOf', { name: row.name })}
                    text={row.device}
                    disabled={!isMapped(row)}
                    placeholder={isTable ? t('import.map.file') : ''}
                    invalid={wrong.includes(i) && row.device.trim() === ''}
                    onText={(device) => change(row.name, { device })}
                  />
                </td>
                <td>
                  <Cell
                    label={t('import.map.scaleOf', { name: row.name })}
                    text={row.scale}
                    disabled={!isMapped(row)}
                    invalid={wrong.includes(i) && (isTable || row.device.trim() !== '')}
                    onText={(scale) => change(row.name, { scale })}
                  />
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
  readonly placeholder?: string;
  readonly onText: (text: string) => void;
}

function Cell({ label, text, disabled, invalid, placeholder, onText }: CellProps): ReactNode {
  return (
    <span className="number-input" data-invalid={invalid || undefined} data-disabled={disabled || undefined}>
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        aria-label={label}
        aria-invalid={invalid}
        disabled={disabled}
        placeholder={placeholder}
        value={text}
        onChange={(event) => onText(event.target.value)}
      />
    </span>
  );
}

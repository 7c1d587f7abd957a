import type { ReactNode } from 'react';
import { AppError } from '@shared/contract/errors';
import type { ImportPreview } from '@shared/model/import';
import { formatMessage } from '../../../i18n/format-message';
import { metricFigure, metricName, useTexts } from '../../../i18n/use-texts';
import { ErrorNote } from '../../../ui/ErrorNote';

/** The first values as they would be stored, in the order of the file, which is all that they are to show, and what of the first lines would not be. */
export function ImportSamples({ preview, asking }: { readonly preview: ImportPreview; readonly asking: boolean }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const { samples, badLines, skippedColumns, problem } = preview;
  return (
    <div className="import-samples" aria-busy={asking} data-testid="import-preview">
      {problem === null ? null : <ErrorNote error={new AppError('invalid-input', problem)} />}
      {samples.length === 0 ? null : (
        <table className="table import-first">
          <caption>{t('import.first')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('import.first.time')}</th>
              <th scope="col">{t('import.first.device')}</th>
              <th scope="col">{t('import.first.metric')}</th>
              <th scope="col" className="num">
                {t('import.first.value')}
              </th>
            </tr>
          </thead>
          <tbody>
            {samples.map((sample, i) => {
              const figure = metricFigure(texts, sample, sample.value);
              return (
                <tr key={i}>
                  <td>{sample.at}</td>
                  <td>{sample.device}</td>
                  <td>{metricName(t, sample)}</td>
                  <td className="num">{sample.value === null ? t('import.first.missing') : format.withUnit(figure)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {problem === null && samples.length === 0 ? <p className="section-note">{t('import.first.none')}</p> : null}
      {badLines.map(({ line, problem: why }) => (
        <p key={line} className="import-warning">
          {t('import.remark', { line, problem: formatMessage(t, why) })}
        </p>
      ))}
      {skippedColumns.length === 0 ? null : (
        <p className="section-note">{t('import.skippedColumns', { names: skippedColumns.join(', ') })}</p>
      )}
    </div>
  );
}

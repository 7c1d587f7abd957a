import { useCallback, type ReactNode } from 'react';
import type { ImportRemark } from '@shared/model/import';
import { StreamStore } from '../../../data/stream-store';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts, type Translate } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useDisposable, useReadable } from '../../../rpc/hooks';
import { saveFile } from '../../../data/save-file';
import { Button } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';

/** So much is shown; the whole can be saved. */
const SHOWN_LINES = 200;

type Remarks = StreamStore<'import.report', readonly ImportRemark[]>;

/** The lines that could not be taken, by number, to read and to save. */
export function ImportReport({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  const { client } = useServices();
  const make = useCallback(
    (): Remarks =>
      new StreamStore(client, 'import.report', { id }, (before, { lines }, first) =>
        first || before === null ? lines : [...before, ...lines],
      ),
    [client, id],
  );
  const remarks = useDisposable(make);
  return remarks ? <ReportText remarks={remarks} name={name} /> : null;
}

/** One line of the report, in the window's language. */
function remarkText(t: Translate, { line, problem, text }: ImportRemark): string {
  const why = formatMessage(t, problem);
  return `${line === null ? why : t('import.remark', { line, problem: why })}${text === '' ? '' : `: ${text}`}`;
}

function ReportText({ remarks, name }: { readonly remarks: Remarks; readonly name: string }): ReactNode {
  const { t, format } = useTexts();
  const answer = useReadable(remarks);
  if (answer.state === 'loading') return null;
  if (answer.state === 'failed') return <ErrorNote error={answer.error} />;
  const { value } = answer;
  const more = value.length - SHOWN_LINES;
  return (
    <div className="import-report">
      <pre tabIndex={0} aria-label={t('import.report')} data-testid="import-report-text">
        {value
          .slice(0, SHOWN_LINES)
          .map((remark) => remarkText(t, remark))
          .join('\n')}
      </pre>
      <div className="import-report-end">
        {more > 0 ? <span className="section-note">{t('import.reportMore', { count: more, figure: format.number(more, 0) })}</span> : null}
        <Button
          icon="download"
          onClick={() =>
            saveFile(
              new Blob([`${value.map((remark) => remarkText(t, remark)).join('\n')}\n`], { type: 'text/plain;charset=utf-8' }),
              `${name}.report.txt`,
            )
          }
          data-testid="import-report-save"
        >
          {t('import.reportSave')}
        </Button>
      </div>
    </div>
  );
}

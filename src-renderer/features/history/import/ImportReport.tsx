import { useCallback, type ReactNode } from 'react';
import { StreamStore } from '../../../data/stream-store';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useDisposable, useReadable } from '../../../rpc/hooks';
import { saveFile } from '../../../data/save-file';
import { Button } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';

/** So much is shown; the whole can be saved. */
const SHOWN_LINES = 200;

type Text = StreamStore<'import.report', string>;

/** The lines that could not be taken, by number, to read and to save. */
export function ImportReport({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  const { client } = useServices();
  const make = useCallback((): Text => new StreamStore(client, 'import.report', { id }, (before, { text }, first) => (first || before === null ? text : before + text)), [client, id]);
  const text = useDisposable(make);
  return text ? <ReportText text={text} name={name} /> : null;
}

function ReportText({ text, name }: { readonly text: Text; readonly name: string }): ReactNode {
  const { t, format } = useTexts();
  const answer = useReadable(text);
  if (answer.state === 'loading') return null;
  if (answer.state === 'failed') return <ErrorNote error={answer.error} />;
  const lines = answer.value.trimEnd().split('\n');
  const more = lines.length - SHOWN_LINES;
  return (
    <div className="import-report">
      <pre tabIndex={0} aria-label={t('import.report')} data-testid="import-report-text">
        {lines.slice(0, SHOWN_LINES).join('\n')}
      </pre>
      <div className="import-report-end">
        {more > 0 ? <span className="section-note">{t('import.reportMore', { count: more, figure: format.number(more, 0) })}</span> : null}
        <Button icon="download" onClick={() => saveFile(new Blob([answer.value], { type: 'text/plain;charset=utf-8' }), `${name}.report.txt`)} data-testid="import-report-save">
          {t('import.reportSave')}
        </Button>
      </div>
    </div>
  );
}

import { useCallback, useRef, type ReactNode } from 'react';
import { wholeRange } from '@shared/model/time-range';
import { exportFormats, type ExportFormat } from '@shared/model/export';
import { useAsked } from '../../app/ask';
import { HistoryExport } from '../../data/history-export';
import { fetchFile } from '../../data/save-file';
import type { HistoryView } from '../../data/history-view';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useDisposable, useReadable } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Menu } from '../../ui/Menu';

/** Every raw sample of the shown span as one file. */
export function ExportButton({ view }: { readonly view: HistoryView }): ReactNode {
  const { client } = useServices();
  const make = useCallback(() => new HistoryExport(client, fetchFile), [client]);
  const exporter = useDisposable(make);
  return exporter ? <ExportState view={view} exporter={exporter} /> : null;
}

function ExportState({ view, exporter }: { readonly view: HistoryView; readonly exporter: HistoryExport }): ReactNode {
  const { t, format: texts } = useTexts();
  const state = useReadable(exporter.state);
  const seriesIds = useReadable(view.seriesIds);
  const box = useRef<HTMLSpanElement>(null);
  useAsked('history.export', () => box.current?.querySelector('button')?.click());
  const start = (format: ExportFormat): void => {
    void exporter.start({ seriesIds: [...seriesIds], ...wholeRange(view.span.get()), format });
  };
  return (
    <span className="export" ref={box}>
      <span className="toolbar-hint export-status" role="status" data-testid="export-status">
        {state.kind === 'running' ? t('history.export.running', { rows: texts.number(state.rows, 0) }) : null}
        {state.kind === 'done' ? t('history.export.done', { rows: texts.number(state.rows, 0) }) : null}
        {state.kind === 'failed' ? t('history.export.failed', { reason: t(`error.${state.code}`) }) : null}
      </span>
      {state.kind === 'running' ? (
        <Button icon="close" onClick={() => exporter.cancel()}>
          {t('ui.cancel')}
        </Button>
      ) : (
        <Menu
          label={t('history.export')}
          name={t('history.export.format')}
          icon="download"
          disabled={seriesIds.length === 0}
          options={exportFormats.map((value) => ({ value, label: t(`history.export.format.${value}`) }))}
          onChoose={start}
          testId="export"
        />
      )}
    </span>
  );
}

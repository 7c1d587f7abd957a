import { useRef, useState, type ReactNode } from 'react';
import { wholeRange } from '@shared/model/time-range';
import { exportFormats, type ExportFormat } from '@shared/model/export';
import { useAsked } from '../../app/ask';
import type { HistoryView } from '../../data/history-view';
import { toAppError } from '../../data/loadable';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable } from '../../rpc/hooks';
import { Menu } from '../../ui/Menu';
import { useToast } from '../../ui/Toasts';

/** Begins a file of every raw sample of the shown span; how far it is stands under Activity, whatever page is shown. */
export function ExportButton({ view }: { readonly view: HistoryView }): ReactNode {
  const { t } = useTexts();
  const { work } = useServices();
  const toast = useToast();
  const seriesIds = useReadable(view.seriesIds);
  const box = useRef<HTMLSpanElement>(null);
  useAsked('history.export', () => box.current?.querySelector('button')?.click());
  // While the system asks where to save it a second dialog would cover the first.
  const [asking, setAsking] = useState(false);
  const start = (format: ExportFormat): void => {
    setAsking(true);
    work
      .startExport({ seriesIds: [...seriesIds], ...wholeRange(view.span.get()), format })
      .catch((error: unknown) => toast(({ t }) => t('history.export.failed', { reason: errorText(t, toAppError(error)) }), 'bad'))
      .finally(() => setAsking(false));
  };
  return (
    <span className="export" ref={box}>
      <Menu
        label={t('history.export')}
        name={t('history.export.format')}
        icon="download"
        disabled={seriesIds.length === 0 || asking}
        options={exportFormats.map((value) => ({ value, label: t(`history.export.format.${value}`) }))}
        onChoose={start}
        testId="export"
      />
    </span>
  );
}

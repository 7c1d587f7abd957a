import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { toAppError } from '../../data/loadable';
import { saveFile } from '../../data/save-file';
import { useTexts } from '../../i18n/use-texts';
import { Button, IconButton } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import type { AppError } from '@shared/contract/errors';
import type { PictureController } from './controller';
import type { PictureTable } from './picture-table';
import type { AxisRange, DrawPicture } from './types';
import './echart.css';

interface EChartProps {
  readonly title: string;
  readonly unit: string;
  /** Beside the title. */
  readonly note?: ReactNode;
  readonly draw: DrawPicture;
  readonly table: PictureTable;
  /** Of the PNG, without its ending. */
  readonly fileName: string;
  /** Something with an id in the picture was chosen. */
  readonly onPick?: (id: string) => void;
  /** Other parts of an axis of parallel coordinates are marked. */
  readonly onRanges?: (axisId: string, ranges: readonly AxisRange[]) => void;
  readonly testId?: string;
}

/**
 * The one way to a picture that is no line over time: ECharts, fetched when the first picture is shown. Brings a title with its
 * unit, the same data as a table, and the picture as a file.
 */
export function EChart({ title, unit, note, draw, table, fileName, onPick, onRanges, testId }: EChartProps): ReactNode {
  const { t } = useTexts();
  const id = useId();
  const plot = useRef<HTMLDivElement>(null);
  const hears = useRef({ onPick, onRanges });
  const [controller, setController] = useState<PictureController | null>(null);
  const [failure, setFailure] = useState<AppError | null>(null);
  const [asTable, setAsTable] = useState(false);

  useEffect(() => {
    hears.current = { onPick, onRanges };
  }, [onPick, onRanges]);
  useEffect(() => {
    const element = plot.current;
    if (element === null) return;
    let made: PictureController | null = null;
    let isWanted = true;
    void import('./controller').then(
      (module) => {
        if (!isWanted) return;
        made = new module.PictureController(
          element,
          (node) => hears.current.onPick?.(node),
          (axisId, ranges) => hears.current.onRanges?.(axisId, ranges),
        );
        setController(made);
      },
      (error: unknown) => setFailure(toAppError(error)),
    );
    return () => {
      isWanted = false;
      made?.dispose();
      setController(null);
    };
  }, []);
  useEffect(() => controller?.show(draw), [controller, draw]);

  const savePng = (): void => {
    if (controller === null) return;
    void controller.png().then((blob) => {
      if (blob) saveFile(blob, `${fileName}.png`);
    });
  };
  return (
    <figure className="echart" aria-labelledby={id} data-testid={testId}>
      <figcaption className="echart-head">
        <h3 id={id}>
          {title} <span className="echart-unit">{unit}</span>
        </h3>
        {note}
        <span className="toolbar-end">
          <Button aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {t('chart.table')}
          </Button>
          <IconButton icon="download" label={t('chart.png')} disabled={controller === null} onClick={savePng} data-testid="chart-png" />
        </span>
      </figcaption>
      {failure ? <ErrorNote error={failure} /> : null}
      <div ref={plot} className="echart-plot" aria-hidden hidden={asTable} data-ready={controller !== null || undefined} />
      <div className={asTable ? 'echart-table' : 'visually-hidden'}>{table.show({ label: title, isHeard: !asTable })}</div>
    </figure>
  );
}

import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { CommandOutput } from '@shared/contract';
import { datasetParts, type DatasetVersion } from '@shared/model/dataset';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { DataTable } from '../../ui/table/DataTable';
import { Pager } from '../../ui/table/Pager';
import type { DataColumn } from '../../ui/table/columns';
import styles from './data.module.css';

const PAGE_ROWS = 25;
type Rows = CommandOutput<'data.rows'>;
interface Row {
  /** From 0, in the version. */
  readonly at: number;
  /** On this page. */
  readonly place: number;
}
const rowId = ({ at }: Row): string => String(at);

/** The rows of a version, a page at a time. */
export function Preview({ id, version }: { readonly id: string; readonly version: DatasetVersion }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const [from, setFrom] = useState(0);
  const { answer } = useCommand('data.rows', { id, version: version.version, from, count: PAGE_ROWS });
  const shown = answer.state === 'ready' ? answer.value : null;
  const columns = useMemo(() => (shown === null ? [] : rowColumns(texts, shown)), [texts, shown]);
  const rows = useMemo(() => Array.from({ length: shown?.rows ?? 0 }, (_, place): Row => ({ at: from + place, place })), [shown, from]);
  return (
    <section aria-label={t('data.preview')} data-testid="data-preview">
      <Trouble of={answer} />
      {shown === null ? (
        <Skeleton lines={8} />
      ) : (
        <DataTable
          id="data-rows"
          label={t('data.preview')}
          lead={<h2>{t('data.preview')}</h2>}
          columns={columns}
          rows={rows}
          rowId={rowId}
          tools="columns"
          isDense
        />
      )}
      {version.rows > PAGE_ROWS ? <Pager offset={from} perPage={PAGE_ROWS} total={version.rows} onOffset={setFrom} /> : null}
    </section>
  );
}

function rowColumns({ t, format }: Texts, { columns, parts }: Rows): DataColumn<Row>[] {
  return [
    { id: '#', name: t('data.column.row'), role: 'head', isNumber: true, canSort: false, value: ({ at }) => at + 1 },
    ...(parts === null
      ? []
      : [
          {
            id: 'part',
            name: t('data.split'),
            canSort: false,
            value: ({ place }: Row) => t(`data.part.${datasetParts[parts[place] ?? 0] ?? 'train'}`),
          },
        ]),
    ...columns.map(({ name, type, cells, pixels, shape }, i): DataColumn<Row> => {
      const size = shape.reduce((product, side) => product * side, 1);
      return {
        id: `column-${i}`,
        name,
        isNumber: type === 'number',
        canSort: false,
        value: ({ place }) => cells[place] ?? null,
        text: ({ place }) => {
          const cell = cells[place] ?? null;
          if (typeof cell !== 'number') return cell ?? '—';
          if (type === 'audio') return format.withUnit(format.quantity(cell, 's', 2));
          return type === 'time' ? format.dateTime(cell) : format.significant(cell, 6);
        },
        ...(pixels === null
          ? {}
          : {
              cell: ({ place, at }: Row) => (
                <Picture
                  pixels={pixels.subarray(place * size, (place + 1) * size)}
                  shape={shape}
                  label={t('data.picture', { row: at + 1 })}
                />
              ),
            }),
        ...(type === 'text' ? { className: styles['text'] ?? '' } : {}),
      };
    }),
  ];
}

interface PictureProps {
  readonly pixels: Uint8Array;
  readonly shape: readonly number[];
  readonly label: string;
}

/** A small image as it is stored. */
function Picture({ pixels, shape, label }: PictureProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [height = 1, width = 1, channels = 1] = shape;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++)
      for (let channel = 0; channel < 4; channel++)
        image.data[i * 4 + channel] = channel === 3 ? 255 : (pixels[i * channels + (channels < 3 ? 0 : channel)] ?? 0);
    context.putImageData(image, 0, 0);
  }, [pixels, width, height, channels]);
  return <canvas ref={canvas} className={styles['pixels']} width={width} height={height} role="img" aria-label={label} />;
}

import { useMemo, type ReactNode } from 'react';
import { metricOf } from '@shared/model/metrics';
import { toDevice } from '../../app/paths';
import type { DeviceAxis } from '../../data/device-axis';
import { STALE_MS } from '../../data/map-metric';
import { metricName, useTexts, type Texts } from '../../i18n/use-texts';
import { useChanges } from '../../rpc/use-changes';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import type { ComparedMetric } from './compare-panes';
import styles from './ComparePanel.module.css';

interface CompareFiguresProps {
  readonly axis: DeviceAxis;
  readonly devices: readonly string[];
  readonly names: readonly string[];
  readonly metrics: readonly ComparedMetric[];
}

interface Row extends ComparedMetric {
  /** In the order of the devices; null = it does not tell, or has not told for too long. */
  readonly values: readonly (number | null)[];
}

const VALUES_MS = 1_000;
const idOf = ({ metric }: Row): string => metric;
const rowProps = ({ metric }: Row): { 'data-metric': string } => ({ 'data-metric': metric });
const differenceOf = ({ values: [first = null, second = null] }: Row): number | null =>
  first === null || second === null ? null : second - first;

/** What two devices tell now, metric by metric, and by how much the second differs. */
export function CompareFigures({ axis, devices, names, metrics }: CompareFiguresProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  useChanges(axis, VALUES_MS);
  const columns = useMemo(() => columnsOf(texts, devices, names), [texts, devices, names]);
  const latestOf = (id: number): number | null => {
    const latest = axis.latest(id);
    return latest && axis.nowMs - latest.atMs <= STALE_MS ? latest.value : null;
  };
  const rows = metrics.map((metric): Row => ({ ...metric, values: metric.series.map((entry) => entry && latestOf(entry.id)) }));
  return (
    <div className={styles['values']}>
      <DataTable
        id="compared-devices"
        label={t('map.compare.figures')}
        lead={devices.map((device, i) => (
          <span key={device} className={styles['device']}>
            <Swatch place={i} />
            <a href={toDevice(device)}>{names[i]}</a>
          </span>
        ))}
        columns={columns}
        rows={rows}
        rowId={idOf}
        rowProps={rowProps}
        fills
        isDense
      />
    </div>
  );
}

/** The look of the device's lines in the charts beside the table. */
function Swatch({ place }: { readonly place: number }): ReactNode {
  return <span className={`swatch swatch-${place + 1} swatch-line${place > 0 ? ' swatch-dashed' : ''}`} aria-hidden />;
}

function columnsOf({ t, format }: Texts, devices: readonly string[], names: readonly string[]): DataColumn<Row>[] {
  const shapeOf = ({ definition }: Row): { readonly unit: string; readonly digits: number } => metricOf(definition);
  return [
    { id: 'metric', name: t('map.compare.metric'), role: 'head', wraps: true, value: ({ definition }) => metricName(t, definition) },
    ...devices.map((device, i): DataColumn<Row> => ({
      id: `device-${i + 1}`,
      name: names[i] ?? device,
      mark: <Swatch place={i} />,
      isNumber: true,
      wraps: true,
      // Watts and degrees have no order among each other.
      canSort: false,
      value: ({ values }) => values[i] ?? null,
      text: (row) => format.withUnit(format.quantity(row.values[i] ?? null, shapeOf(row).unit, shapeOf(row).digits)),
    })),
    {
      id: 'difference',
      name: t('map.compare.difference'),
      isNumber: true,
      canSort: false,
      value: differenceOf,
      text: (row) => {
        const by = differenceOf(row);
        const { unit, digits } = shapeOf(row);
        return `${by !== null && by > 0 ? '+' : ''}${format.withUnit(format.difference(by, unit, digits))}`;
      },
    },
    { id: 'unit', name: t('history.stats.unit'), isFileOnly: true, value: (row) => shapeOf(row).unit },
  ];
}

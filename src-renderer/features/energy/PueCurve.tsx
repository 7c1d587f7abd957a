import { useMemo, type ReactNode } from 'react';
import type { PueFamily, PueFamilyQuery, PueFigures } from '@shared/model/pue';
import { EChart } from '../../charts/echart/EChart';
import { pictureTable, type PictureTable } from '../../charts/echart/picture-table';
import { useTexts, type Texts } from '../../i18n/use-texts';
import type { DataColumn } from '../../ui/table/columns';
import { pueCurve, stretchName } from './pue-curve';
import styles from './energy.module.css';

interface CurveProps {
  readonly stretches: readonly PueFigures[];
  readonly step: PueFamilyQuery['step'];
  readonly switches: Readonly<PueFamily['switches']>;
}

/** PUE over time; one figure alone is no curve. */
export function PueCurve({ stretches, step, switches }: CurveProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const draw = useMemo(() => pueCurve(texts, stretches, step, switches), [texts, stretches, step, switches]);
  const table = useMemo(() => tableOf(texts, stretches, step), [texts, stretches, step]);
  if (stretches.filter(({ pue }) => pue.value !== null).length < 2) return null;
  return (
    <div className={styles.curve}>
      <EChart title={t('energy.curve')} unit="" draw={draw} table={table} fileName="coldaisle-pue" testId="pue-curve" />
    </div>
  );
}

function tableOf({ t, format }: Texts, stretches: readonly PueFigures[], step: PueFamilyQuery['step']): PictureTable {
  const columns: DataColumn<PueFigures>[] = [
    {
      id: 'from',
      name: t('energy.column.from'),
      role: 'head',
      value: ({ fromMs }) => new Date(fromMs).toISOString(),
      text: ({ fromMs }) => stretchName(format, fromMs, step),
    },
    {
      id: 'pue',
      name: t('energy.figure.pue'),
      isNumber: true,
      value: ({ pue }) => pue.value,
      text: ({ pue }) => format.number(pue.value, 3),
    },
    {
      id: 'how',
      name: t('energy.column.how'),
      value: ({ pue, isMetered }) =>
        pue.value === null
          ? t(`withheld.${pue.withheld ?? 'no-samples'}`)
          : t(isMetered ? 'energy.curve.metered' : 'energy.curve.modelled'),
    },
  ];
  return pictureTable({ id: 'pue-curve', columns, rows: stretches, rowId: ({ fromMs }) => String(fromMs) });
}

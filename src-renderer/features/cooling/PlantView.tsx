import { useMemo, type ReactNode } from 'react';
import type { CoolingNow } from '@shared/model/cooling';
import type { CoolingUnit, PlantReport } from '@shared/model/cooling-plant';
import type { Quantity } from '@shared/model/provenance';
import type { TextKey } from '../../i18n';
import type { Figure } from '../../i18n/format';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { QuantityText } from '../../ui/QuantityText';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { Tile } from '../../ui/Tile';
import { PeriodChoice, usePeriodChoice } from './PeriodChoice';
import { WhatIfs } from './WhatIfs';
import styles from './cooling.module.css';

const unitId = ({ id }: CoolingUnit): string => id;

/** What removes the heat: how well, with what, for nothing for how long, and what a change would save. */
export function PlantView({ now }: { readonly now: CoolingNow }): ReactNode {
  return (
    <div className={styles['view']}>
      <PlantNow now={now} />
      <div className={styles['split']}>
        <div>
          <PlantPeriod />
          {now.plant.units.length === 0 ? null : <Units units={now.plant.units} />}
        </div>
        <WhatIfs />
      </div>
    </div>
  );
}

function PlantNow({ now }: { readonly now: CoolingNow }): ReactNode {
  const { t, format } = useTexts();
  const { plant } = now;
  const tile = (id: string, label: TextKey, how: TextKey, quantity: Quantity, figure: Figure, note: string | null): ReactNode => (
    <Tile key={id} testId={`tile-${id}`} size="m" label={t(label)} quantity={quantity} figure={figure} how={t(how)}>
      {note}
    </Tile>
  );
  const ratio = (quantity: Quantity): Figure => format.quantity(quantity.value, '1', 2);
  const rise =
    plant.waterRiseK.value === null
      ? null
      : t('cooling.zone.rise', { rise: format.withUnit(format.difference(plant.waterRiseK.value, 'K', 1)) });
  const chillers =
    plant.chillerCop.value === null ? null : t('cooling.plant.ofChillers', { value: format.number(plant.chillerCop.value, 2) });
  const free = plant.isFree === null ? 'unknown' : plant.isFree ? 'yes' : 'no';
  return (
    <div className={styles['tiles']} data-testid="plant-now" data-free={free}>
      {tile(
        'cop',
        'cooling.plant.cop',
        'cooling.plant.cop.how',
        plant.cop,
        ratio(plant.cop),
        [chillers, t(`cooling.plant.freeNow.${free}`)].filter((part) => part !== null).join(' · '),
      )}
      {tile(
        'heat',
        'cooling.plant.heat',
        'cooling.plant.heat.how',
        plant.heatW,
        format.quantity(plant.heatW.value, 'W', 1),
        plant.heatBasis === null ? null : t(`cooling.plant.heat.${plant.heatBasis}`),
      )}
      {tile(
        'cooling-power',
        'cooling.plant.power',
        'cooling.plant.power.how',
        plant.powerW,
        format.quantity(plant.powerW.value, 'W', 1),
        plant.powerBasis === null ? null : t(`cooling.plant.power.${plant.powerBasis}`),
      )}
      {tile(
        'water-flow',
        'cooling.plant.water',
        'cooling.plant.water.how',
        plant.waterFlow,
        format.quantity(plant.waterFlow.value, 'm³/h', 1),
        rise,
      )}
    </div>
  );
}

function PlantPeriod(): ReactNode {
  const { t } = useTexts();
  const choice = usePeriodChoice();
  const { answer } = useCommand('cooling.report', choice.range);
  return (
    <section aria-label={t('cooling.plant.period')} data-testid="plant-period">
      <div className="toolbar">
        <h2>{t('cooling.plant.period')}</h2>
        <PeriodChoice of={choice} testId="plant-period-choice" />
      </div>
      <Trouble of={answer} />
      {answer.state === 'loading' ? <Skeleton lines={6} /> : null}
      {answer.state === 'ready' ? <PeriodFacts plant={answer.value.plant} /> : null}
    </section>
  );
}

function PeriodFacts({ plant }: { readonly plant: PlantReport }): ReactNode {
  const { t } = useTexts();
  const percent: Quantity = {
    ...plant.freeShare,
    unit: '%',
    value: plant.freeShare.value === null ? null : plant.freeShare.value * 100,
  };
  const rows: readonly (readonly [id: string, name: string, quantity: Quantity, digits: number, by: string | null])[] = [
    ['cop', t('cooling.plant.cop'), plant.cop, 2, null],
    ['chiller-cop', t('cooling.plant.chillerCop'), plant.chillerCop, 2, null],
    ['heat', t('cooling.plant.heat'), plant.heatKwh, 1, plant.heatBasis === null ? null : t(`cooling.plant.heat.${plant.heatBasis}`)],
    [
      'energy',
      t('cooling.plant.energy'),
      plant.powerKwh,
      1,
      plant.powerBasis === null ? null : t(`cooling.plant.power.${plant.powerBasis}`),
    ],
    [
      'free-hours',
      t('cooling.plant.freeHours'),
      plant.freeHours,
      1,
      plant.freeBasis === null ? null : t(`cooling.plant.free.${plant.freeBasis}`),
    ],
    ['free-share', t('cooling.plant.freeShare'), percent, 0, null],
    ['free-heat', t('cooling.plant.freeHeat'), plant.freeKwh, 1, null],
  ];
  return (
    <dl className={styles['facts']}>
      {rows.map(([id, name, quantity, digits, by]) => (
        <div key={id} data-testid={`plant-${id}`}>
          <dt>{name}</dt>
          <dd>
            <QuantityText quantity={quantity} digits={digits} />
            {quantity.value === null && quantity.withheld !== null ? (
              <span className={styles['because']}>{t(`withheld.${quantity.withheld}`)}</span>
            ) : by === null ? null : (
              <span className={styles['because']}>{by}</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Units({ units }: { readonly units: readonly CoolingUnit[] }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const columns = useMemo(() => unitColumns(texts), [texts]);
  return (
    <section aria-label={t('cooling.units')} data-testid="cooling-units">
      <DataTable
        id="cooling-units"
        label={t('cooling.units')}
        columns={columns}
        rows={units}
        rowId={unitId}
        tools="columns"
        lead={<h2 className={styles['heading']}>{t('cooling.units')}</h2>}
      />
    </section>
  );
}

function unitColumns({ t, format }: Texts): DataColumn<CoolingUnit>[] {
  return [
    { id: 'name', name: t('cooling.unit'), role: 'head', value: ({ name }) => name, first: 'ascending' },
    { id: 'kind', name: t('cooling.unit.kind'), value: ({ kind }) => t(`cooling.unit.kind.${kind}`) },
    {
      id: 'state',
      name: t('cooling.column.level'),
      value: ({ state }) => t(`cooling.unit.state.${state ?? 'unknown'}`),
      rank: ({ state }) => ['alarm', 'off', 'on', null].indexOf(state),
      cell: ({ state }) => (
        <span className={styles['unitState']} data-state={state ?? 'unknown'}>
          {t(`cooling.unit.state.${state ?? 'unknown'}`)}
        </span>
      ),
    },
    {
      id: 'load',
      name: t('cooling.unit.load'),
      unit: '%',
      isNumber: true,
      value: ({ load }) => load.value,
      text: ({ load }) => format.number(load.value, 0),
    },
    {
      id: 'power',
      name: t('cooling.column.power'),
      valueUnit: 'W',
      isNumber: true,
      value: ({ powerW }) => powerW.value,
      cell: ({ powerW }) => <QuantityText quantity={powerW} plain />,
      text: ({ powerW }) => format.withUnit(format.quantity(powerW.value, 'W', 1)),
    },
  ];
}

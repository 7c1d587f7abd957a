import { useMemo, type ReactNode } from 'react';
import { WITHHELD_BELOW } from '@shared/energy/coverage';
import type { CoolingExcursion, CoolingNow, CoolingReport, InletReport } from '@shared/model/cooling';
import { toDevice } from '../../app/paths';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { QuantityText } from '../../ui/QuantityText';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { PeriodChoice, usePeriodChoice } from './PeriodChoice';
import { PsychrometricChart } from './PsychrometricChart';
import styles from './cooling.module.css';

const inletId = ({ device }: InletReport): string => device;
const excursionId = ({ device, limits, side, fromMs }: CoolingExcursion): string => `${device} ${limits} ${side} ${fromMs}`;
const NO_POINTS = [] as const;

/** The inlets over a period: how long they were within the limits, when they were not, and how fast they changed. */
export function PeriodView({ now }: { readonly now: CoolingNow }): ReactNode {
  const { t } = useTexts();
  const choice = usePeriodChoice();
  const { answer } = useCommand('cooling.report', choice.range);
  const zones = useMemo(() => new Map(now.zones.map(({ id, name }) => [id, name])), [now.zones]);
  return (
    <div className={styles['view']}>
      <div className="toolbar">
        <PeriodChoice of={choice} testId="cooling-period" />
        {answer.state === 'ready' ? <Indices report={answer.value} /> : null}
      </div>
      <Trouble of={answer} />
      {answer.state === 'loading' ? <Skeleton lines={8} /> : null}
      {answer.state === 'ready' && answer.value.inlets.length === 0 ? (
        <EmptyState icon="cooling" title={t('cooling.noInlet.title')}>
          {t('cooling.noInlet.text')}
        </EmptyState>
      ) : null}
      {answer.state === 'ready' && answer.value.inlets.length > 0 ? <Report report={answer.value} zones={zones} /> : null}
    </div>
  );
}

function Indices({ report }: { readonly report: CoolingReport }): ReactNode {
  const { t } = useTexts();
  return (
    <span className={styles['indices']}>
      <span title={t('cooling.rciHigh.how')}>
        {t('cooling.rciHigh')} <QuantityText quantity={report.rciHigh} digits={1} />
      </span>
      <span title={t('cooling.rciLow.how')}>
        {t('cooling.rciLow')} <QuantityText quantity={report.rciLow} digits={1} />
      </span>
    </span>
  );
}

function Report({ report, zones }: { readonly report: CoolingReport; readonly zones: ReadonlyMap<string, string> }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const columns = useMemo(() => inletColumns(texts, zones), [texts, zones]);
  const left = useMemo(() => excursionColumns(texts, zones), [texts, zones]);
  const chart = <PsychrometricChart thermalClass={report.thermalClass} points={NO_POINTS} cells={report.cells} />;
  const isQuiet = report.excursions.length === 0;
  const leastKnown = report.inlets.reduce((least, { coverage }) => Math.min(least, coverage), 1);
  const isKnown = leastKnown >= WITHHELD_BELOW;
  return (
    <>
      {isQuiet ? (
        <p className={isKnown ? styles['quiet'] : 'page-note'} data-testid="cooling-excursions">
          {isKnown ? t('cooling.excursions.none') : t('cooling.excursions.noneKnown', { share: format.percent(leastKnown) })}
        </p>
      ) : (
        <div className={styles['split']}>
          <section aria-label={t('cooling.excursions')} data-testid="cooling-excursions">
            <DataTable
              id="cooling-excursions"
              label={t('cooling.excursions')}
              columns={left}
              rows={report.excursions}
              rowId={excursionId}
              tools="columns"
              lead={<h2 className={styles['heading']}>{t('cooling.excursions')}</h2>}
            />
            {report.moreExcursions > 0 ? (
              <p className="page-note">{t('cooling.excursions.more', { count: report.moreExcursions })}</p>
            ) : null}
          </section>
          {chart}
        </div>
      )}
      <section aria-label={t('cooling.inlets')} data-testid="cooling-inlets">
        <DataTable
          id="cooling-inlets"
          label={t('cooling.inlets')}
          columns={columns}
          rows={report.inlets}
          rowId={inletId}
          firstSort={{ by: 'max', direction: 'descending' }}
          lead={<h2 className={styles['heading']}>{t('cooling.inlets')}</h2>}
        />
      </section>
      {isQuiet ? chart : null}
    </>
  );
}

function inletColumns({ t, format }: Texts, zones: ReadonlyMap<string, string>): DataColumn<InletReport>[] {
  const temperature = format.shownUnit('°C').unit;
  const change = format.difference(0, 'K', 1).unit;
  const degrees = (id: 'minC' | 'meanC' | 'maxC', name: string): DataColumn<InletReport> => ({
    id: id.slice(0, -1),
    name,
    unit: temperature,
    valueUnit: '°C',
    isNumber: true,
    value: (row) => row[id],
    text: (row) => format.quantity(row[id], '°C', 1).text,
  });
  const share = (id: 'recommendedShare' | 'allowableShare' | 'coverage', name: string, hint: string): DataColumn<InletReport> => ({
    id,
    name,
    hint,
    unit: '%',
    isNumber: true,
    value: (row) => (row[id] === null ? null : row[id] * 100),
    text: (row) => format.number(row[id] === null ? null : row[id] * 100, 1),
  });
  const rise = (id: 'quarterK' | 'hourK', name: string, hint: string): DataColumn<InletReport> => ({
    id,
    name,
    hint,
    unit: change,
    valueUnit: 'K',
    isNumber: true,
    value: (row) => row[id],
    text: (row) => format.difference(row[id], 'K', 1).text,
  });
  return [
    { id: 'zone', name: t('cooling.column.zone'), value: ({ zone }) => (zone === null ? null : (zones.get(zone) ?? null)) },
    {
      id: 'sensor',
      name: t('cooling.column.sensor'),
      role: 'head',
      value: ({ label, device }) => label || device,
      cell: ({ label, device }) => (
        <a href={toDevice(device)} title={device}>
          {label || device}
        </a>
      ),
    },
    degrees('minC', t('cooling.column.min')),
    degrees('meanC', t('cooling.column.mean')),
    degrees('maxC', t('cooling.column.max')),
    share('recommendedShare', t('cooling.column.recommended'), t('cooling.column.recommended.hint')),
    share('allowableShare', t('cooling.column.allowable'), t('cooling.column.allowable.hint')),
    rise('quarterK', t('cooling.column.quarter'), t('cooling.column.quarter.hint')),
    rise('hourK', t('cooling.column.hour'), t('cooling.column.hour.hint')),
    share('coverage', t('cooling.column.coverage'), t('cooling.column.coverage.hint')),
  ];
}

function excursionColumns({ t, format }: Texts, zones: ReadonlyMap<string, string>): DataColumn<CoolingExcursion>[] {
  return [
    {
      id: 'zone',
      name: t('cooling.column.zone'),
      role: 'head',
      value: ({ zone, label, device }) => (zone === null ? label || device : (zones.get(zone) ?? (label || device))),
      title: ({ device }) => device,
    },
    {
      id: 'what',
      name: t('cooling.column.what'),
      value: ({ limits, side }) => t(`cooling.excursion.${side}`, { limits: t(`cooling.limits.${limits}`) }),
      cell: ({ limits, side }) => (
        <span className={styles['excursion']} data-limits={limits}>
          {t(`cooling.excursion.${side}`, { limits: t(`cooling.limits.${limits}`) })}
        </span>
      ),
    },
    {
      id: 'from',
      name: t('cooling.column.from'),
      value: ({ fromMs }) => fromMs,
      text: ({ fromMs }) => format.shortDateTime(fromMs),
    },
    {
      id: 'lasted',
      name: t('cooling.column.lasted'),
      valueUnit: 'ms',
      isNumber: true,
      value: ({ fromMs, toMs }) => toMs - fromMs,
      text: ({ fromMs, toMs, isOpen }) => `${isOpen ? '≥ ' : ''}${format.duration(toMs - fromMs)}`,
    },
    {
      id: 'extreme',
      name: t('cooling.column.extreme'),
      unit: format.shownUnit('°C').unit,
      valueUnit: '°C',
      isNumber: true,
      value: ({ extremeC }) => extremeC,
      text: ({ extremeC }) => format.quantity(extremeC, '°C', 1).text,
    },
  ];
}

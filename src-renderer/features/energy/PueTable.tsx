import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { J_PER_KWH } from '@shared/energy/units';
import type { Quantity } from '@shared/model/provenance';
import type { PueFigures } from '@shared/model/pue';
import { pueHow } from '../../i18n/pue-how';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useAnswer } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { Segmented } from '../../ui/Field';
import { QuantityText } from '../../ui/QuantityText';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { modelErrorText } from './model-error';
import { PueCurve } from './PueCurve';
import styles from './energy.module.css';

const HOUR_MS = 3_600_000;
const periods = {
  hours: { step: 'hour', spanMs: 24 * HOUR_MS },
  days: { step: 'day', spanMs: 30 * 24 * HOUR_MS },
  months: { step: 'month', spanMs: 365 * 24 * HOUR_MS },
  year: { step: 'total', spanMs: 365 * 24 * HOUR_MS },
} as const;
type Period = keyof typeof periods;
const NO_SWITCHES: readonly [] = [];
const REFRESH_MS = 60_000;

const rowId = ({ fromMs }: PueFigures): string => String(fromMs);

/** PUE and what belongs to it, newest first; what is withheld says why. */
export function PueTable(): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const [period, setPeriod] = useState<Period>('hours');
  const nowMs = useMinute();
  const { step, spanMs } = periods[period];
  const timeZone = useMemo(() => Intl.DateTimeFormat().resolvedOptions().timeZone, []);
  const { answer } = useAnswer('energy.pueFamily', { fromMs: nowMs - spanMs, toMs: nowMs + REFRESH_MS, step, timeZone }, 'energy.changed');
  const columns = useMemo(() => columnsOf(texts), [texts]);
  const stretches = useMemo(() => (answer.state === 'ready' ? begun(answer.value.stretches) : []), [answer]);
  const rows = useMemo(() => stretches.filter(isTold).reverse(), [stretches]);
  const meteredFromMs = answer.state === 'ready' ? answer.value.meteredFromMs : null;
  return (
    <section aria-label={t('energy.pue')} className={styles.pue} data-testid="energy-pue">
      <PueCurve stretches={stretches} step={step} switches={answer.state === 'ready' ? answer.value.switches : NO_SWITCHES} />
      {answer.state === 'failed' ? <ErrorNote error={answer.error} /> : null}
      <DataTable
        id="pue"
        label={t('energy.pue')}
        lead={
          <>
            <h2>{t('energy.pue')}</h2>
            <Segmented
              label={t('energy.period')}
              value={period}
              options={(Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`energy.period.${value}`) }))}
              onChange={setPeriod}
            />
            {meteredFromMs === null ? null : (
              <span className="page-note" data-testid="energy-switch">
                {t('energy.switch', { at: format.dateTime(meteredFromMs) })}
              </span>
            )}
          </>
        }
        columns={columns}
        rows={rows}
        rowId={rowId}
        firstSort={{ by: 'from', direction: 'descending' }}
        testId="pue-table"
      />
      {answer.state === 'ready' && rows.length === 0 ? (
        <EmptyState icon="energy" title={t('energy.pue.none')}>
          {t('energy.pue.none.step')}
        </EmptyState>
      ) : null}
    </section>
  );
}

/** From the first of which anything is known: before it there was no metering. */
const begun = (stretches: readonly PueFigures[]): readonly PueFigures[] => {
  const first = stretches.findIndex(({ pue, facilityKwh }) => (pue.coverage ?? 0) > 0 || facilityKwh.value !== null);
  return first < 0 ? [] : stretches.slice(first);
};

const isTold = ({ pue, facilityKwh, missing }: PueFigures): boolean =>
  pue.value !== null || facilityKwh.value !== null || missing.length > 0 || (pue.coverage ?? 0) > 0;

/** Now, to the minute: a question that changes each second would be asked each second. */
function useMinute(): number {
  const [nowMs, setNowMs] = useState(() => Math.floor(Date.now() / REFRESH_MS) * REFRESH_MS);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Math.floor(Date.now() / REFRESH_MS) * REFRESH_MS), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** Energies come in J to where they are shown, which chooses the prefix. */
const inJoules = (kWh: Quantity): Quantity => ({ ...kWh, value: kWh.value === null ? null : kWh.value * J_PER_KWH, unit: 'J' });

function columnsOf({ t, format }: Texts): DataColumn<PueFigures>[] {
  type Key = 'pue' | 'dcie' | 'coolingPue' | 'cue' | 'wue' | 'ref' | 'erf' | 'facilityKwh' | 'itKwh';
  const figure = (id: Key, digits: number): DataColumn<PueFigures> => ({
    id,
    name: t(`energy.figure.${id}`),
    hint: t(`energy.figure.${id}.hint`),
    isNumber: true,
    value: (row) => row[id].value,
    cell: (row) => <QuantityText quantity={row[id]} digits={digits} plain={id !== 'pue'} />,
  });
  // Little energy is told in Wh: 0.0 kWh would be none.
  const energy = (id: 'facilityKwh' | 'itKwh'): DataColumn<PueFigures> => ({
    ...figure(id, 1),
    valueUnit: 'kWh',
    cell: (row) => <QuantityText quantity={inJoules(row[id])} plain />,
  });
  return [
    {
      id: 'from',
      name: t('energy.column.from'),
      role: 'head',
      isNumber: true,
      value: ({ fromMs }) => fromMs,
      text: ({ fromMs }) => format.dateTime(fromMs),
    },
    figure('pue', 3),
    {
      id: 'uncertainty',
      name: '±',
      hint: t('energy.figure.uncertainty.hint'),
      isNumber: true,
      value: ({ uncertainty }) => uncertainty,
      text: ({ uncertainty }) => (uncertainty === null ? '' : format.number(uncertainty, 3)),
    },
    {
      id: 'how',
      name: t('energy.column.how'),
      value: (row) => pueHow(t, row),
      title: ({ missing }) => (missing.length === 0 ? undefined : t('energy.missing', { meters: missing.join(', ') })),
    },
    energy('facilityKwh'),
    energy('itKwh'),
    {
      id: 'model',
      name: t('energy.column.model'),
      hint: t('energy.column.model.hint'),
      isNumber: true,
      value: ({ modelError }) => modelError,
      text: ({ modelError }) => (modelError === null ? format.number(null, 0) : modelErrorText(format, modelError)),
      title: ({ modelKwh }) =>
        modelKwh.value === null
          ? t(`withheld.${modelKwh.withheld ?? 'no-samples'}`)
          : t('energy.model.energy', { energy: format.withUnit(format.quantity(inJoules(modelKwh).value, 'J', 1)) }),
    },
    figure('dcie', 3),
    figure('coolingPue', 3),
    figure('cue', 3),
    figure('wue', 2),
    figure('ref', 3),
    figure('erf', 3),
  ];
}

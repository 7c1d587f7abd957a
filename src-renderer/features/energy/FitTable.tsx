import { useMemo, type ReactNode } from 'react';
import { WHOLE_FACILITY, type PowerFit, type PowerFits } from '@shared/model/power-fit';
import type { PowerTreeState } from '@shared/model/power-tree';
import type { Quantity } from '@shared/model/provenance';
import { formatMessage } from '../../i18n/format-message';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { ProvenanceBadge } from '../../ui/Provenance';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { formula } from './fit-formula';
import { modelErrorText } from './model-error';
import styles from './energy.module.css';

const DAY_MS = 86_400_000;

type Fit = PowerFits['fits'][number];
type Without = PowerFits['without'][number];
/** What a curve says now, and its meter beside it: null = no meter is there to be held against. */
interface FitNow {
  readonly fitted: Quantity | null;
  readonly toldW: number | null;
}
/** A curve, or what there is none of. */
type Row = { readonly own: Fit; readonly now: FitNow } | { readonly own: Without; readonly now: null };

export const idOfFit = ({ of, kind }: Pick<PowerFit, 'of' | 'kind'>): string => `${kind} ${of}`;
export const nameOfFit = ({ t }: Pick<Texts, 't'>, { of, name }: Pick<PowerFit, 'of' | 'name'>): string =>
  of === WHOLE_FACILITY ? t('energy.fits.whole') : name;

interface FitTableProps extends Pick<PowerFits, 'fits' | 'without'> {
  readonly lead: ReactNode;
  readonly state: PowerTreeState | null;
  /** The one that is drawn below. */
  readonly shown: Fit | null;
  readonly onShow: (fit: Fit) => void;
}

/** Each curve with what it was made of and how well it holds; where there is none, why. */
export function FitTable({ lead, fits, without, state, shown, onShow }: FitTableProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const shownId = shown === null ? null : idOfFit(shown);
  const columns = useMemo(() => fitColumns(texts, shownId, onShow), [texts, shownId, onShow]);
  const rows = useMemo(
    (): readonly Row[] => [
      ...fits.map((own): Row => ({ own, now: nowOf(own, state) })),
      ...without.map((own): Row => ({ own, now: null })),
    ],
    [fits, without, state],
  );
  return (
    <DataTable
      id="energy-fits"
      label={t('energy.fits')}
      lead={lead}
      columns={columns}
      rows={rows}
      rowId={(row) => idOfFit(row.own)}
      rowProps={(row) => ({ 'data-name': nameOfFit(texts, row.own), 'data-without': row.now === null ? '' : undefined })}
      tools={rows.length > 8 ? 'all' : 'columns'}
      testId="energy-fit-table"
    />
  );
}

function nowOf(fit: Fit, state: PowerTreeState | null): FitNow {
  if (state === null) return { fitted: null, toldW: null };
  if (fit.of === WHOLE_FACILITY && state.modelFits.includes(WHOLE_FACILITY))
    return { fitted: state.modelledW, toldW: state.facility === 'metered' ? state.facilityW.value : null };
  const own = state.places.find(({ id }) => id === fit.of);
  return { fitted: own?.fittedW ?? null, toldW: own?.toldW?.value ?? null };
}

function fitColumns(texts: Texts, shownId: string | null, onShow: (fit: Fit) => void): DataColumn<Row>[] {
  const { t, format } = texts;
  const watts = (value: number): string => format.withUnit(format.quantity(value, 'W', 1));
  /** Of a curve; nothing stands where there is none. */
  const ofFit =
    <V,>(of: (fit: Fit) => V) =>
    (row: Row): V | null =>
      row.now === null ? null : of(row.own);
  const textOfFit = (of: (fit: Fit) => string) => (row: Row) => (row.now === null ? '' : of(row.own));
  const made = ({ fromMs, toMs, points }: Fit): string =>
    t('energy.fits.made', { days: format.number((toMs - fromMs) / DAY_MS, 1), points: format.number(points, 0) });
  return [
    {
      id: 'place',
      name: t('energy.fits.column.place'),
      role: 'head',
      value: ({ own }) => `${nameOfFit(texts, own)} ${t(`energy.fits.kind.${own.kind}`)}`,
      cell: ({ own, now }) =>
        now === null ? (
          <>
            {nameOfFit(texts, own)} <span className={styles.kind}>{t(`energy.fits.kind.${own.kind}`)}</span>
          </>
        ) : (
          <>
            <button type="button" className={styles.place} aria-current={idOfFit(own) === shownId || undefined} onClick={() => onShow(own)}>
              <span className={styles.name}>{nameOfFit(texts, own)}</span>
              <span className={styles.kind}>{t(`energy.fits.kind.${own.kind}`)}</span>
            </button>
            {own.isKept ? <span className={styles.kind}>{t('energy.fits.kept')}</span> : null}
          </>
        ),
    },
    {
      id: 'curve',
      name: t('energy.fits.column.curve'),
      hint: t('energy.fits.column.curve.hint'),
      wraps: true,
      canSort: false,
      value: ({ own, now }) => (now === null ? t('energy.fits.none', { why: formatMessage(t, own.why) }) : formula(format, own.curve)),
    },
    {
      id: 'range',
      name: t('energy.fits.column.range'),
      valueUnit: 'W',
      isNumber: true,
      value: ofFit(({ loadW }) => loadW.high),
      text: textOfFit(({ loadW }) => `${watts(loadW.low)} – ${watts(loadW.high)}`),
    },
    {
      id: 'made',
      name: t('energy.fits.column.made'),
      value: ofFit(made),
      text: textOfFit(made),
      rank: ({ own, now }) => (now === null ? -1 : own.points),
      title: (row) =>
        row.now === null
          ? undefined
          : t('energy.fits.made.outliers', {
              outliers: row.own.outliers,
              impossible: row.own.impossible,
              from: format.dateTime(row.own.fromMs),
              to: format.dateTime(row.own.toMs),
            }),
    },
    {
      id: 'r2',
      name: t('energy.fits.column.r2'),
      hint: t('energy.fits.column.r2.hint'),
      isNumber: true,
      value: ofFit(({ r2 }) => r2),
      text: textOfFit(({ r2 }) => format.number(r2, 3)),
    },
    {
      id: 'scale',
      name: t('energy.fits.column.scale'),
      hint: t('energy.fits.column.scale.hint'),
      valueUnit: 'W',
      isNumber: true,
      value: ofFit(({ scaleW }) => scaleW),
      text: textOfFit(({ scaleW }) => watts(scaleW)),
    },
    {
      id: 'now',
      name: t('energy.fits.column.now'),
      hint: t('energy.fits.column.now.hint'),
      valueUnit: 'W',
      isNumber: true,
      value: ({ now }) => now?.fitted?.value ?? null,
      text: ({ now }) => (now === null ? '' : format.withUnit(format.quantity(now.fitted?.value ?? null, 'W', 1))),
      cell: ({ now }) => (now === null ? null : <Now texts={texts} now={now} />),
    },
  ];
}

/** What the curve says now, and its error against the meters. */
function Now({ texts: { t, format }, now: { fitted, toldW } }: { readonly texts: Texts; readonly now: FitNow }): ReactNode {
  if (fitted === null) return format.number(null, 0);
  if (fitted.value === null) return <span className={styles.kind}>{t(`withheld.${fitted.withheld ?? 'no-samples'}`)}</span>;
  return (
    <span data-testid="energy-fit-now">
      <ProvenanceBadge provenance={fitted.provenance} /> {format.withUnit(format.quantity(fitted.value, 'W', 1))}
      {toldW === null || toldW === 0 ? null : ` (${modelErrorText(format, fitted.value / toldW - 1)})`}
    </span>
  );
}

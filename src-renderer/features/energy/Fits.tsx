import { useState, type ReactNode } from 'react';
import { WHOLE_FACILITY, type PowerFit, type PowerFits } from '@shared/model/power-fit';
import type { PowerTreeState } from '@shared/model/power-tree';
import { toAppError } from '../../data/loadable';
import type { AppError } from '@shared/contract/errors';
import { formatMessage } from '../../i18n/format-message';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { ProvenanceBadge } from '../../ui/Provenance';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { formula } from './fit-formula';
import { FitPicture } from './FitPicture';
import { modelErrorText } from './model-error';
import styles from './energy.module.css';

const NOTHING = {};
const newest = <F,>(_: F | null, frame: F): F => frame;
const DAY_MS = 86_400_000;

type Fit = PowerFits['fits'][number];
const idOf = ({ of, kind }: Pick<PowerFit, 'of' | 'kind'>): string => `${kind} ${of}`;

/** The curves that were fitted to the meters, with how well each holds, and why there is none. */
export function Fits({ state }: { readonly state: PowerTreeState | null }): ReactNode {
  const { t, format } = useTexts();
  const { client } = useServices();
  const told = useStream<'powerTree.fits', PowerFits>('powerTree.fits', NOTHING, newest);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<AppError | null>(null);
  const refit = async (): Promise<void> => {
    setBusy(true);
    try {
      await client.call('powerTree.refit', {});
      setRefused(null);
    } catch (error) {
      setRefused(toAppError(error));
    } finally {
      setBusy(false);
    }
  };
  const lookedAtMs = told.state === 'ready' ? told.value.lookedAtMs : null;
  return (
    <section className={styles.fits} aria-label={t('energy.fits')} data-testid="energy-fits">
      <div className="page-head">
        <h2>{t('energy.fits')}</h2>
        <span className="page-note">
          {lookedAtMs === null ? t('energy.fits.waiting') : t('energy.fits.lookedAt', { at: format.dateTime(lookedAtMs) })}
        </span>
        <span className="toolbar-end">
          <Button icon="refresh" disabled={busy} onClick={() => void refit()} data-testid="energy-refit">
            {t('energy.fits.again')}
          </Button>
        </span>
      </div>
      <Trouble of={told} />
      {refused === null ? null : <ErrorNote error={refused} />}
      {told.state === 'loading' ? <Skeleton lines={3} /> : null}
      {told.state === 'ready' ? <Told fits={told.value} state={state} /> : null}
    </section>
  );
}

function Told({ fits: { fits, without }, state }: { readonly fits: PowerFits; readonly state: PowerTreeState | null }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = fits.find((fit) => idOf(fit) === chosen) ?? fits[0];
  if (fits.length === 0 && without.length === 0)
    return (
      <EmptyState icon="energy" title={t('energy.fits.empty')}>
        {t('energy.fits.empty.step')}
      </EmptyState>
    );
  return (
    <>
      {fits.length === 0 ? null : <p className={styles.kind}>{t('energy.fits.note')}</p>}
      <div className={styles.fitTable}>
        <table className="table" data-testid="energy-fit-table">
          {fits.length === 0 ? null : <Head texts={texts} />}
          <tbody>
            {fits.map((fit) => (
              <FitRow key={idOf(fit)} fit={fit} isShown={fit === shown} state={state} onShow={() => setChosen(idOf(fit))} />
            ))}
            {without.map((own) => (
              <tr key={idOf(own)} data-name={nameOf(texts, own)} data-without="">
                <td>
                  {nameOf(texts, own)} <span className={styles.kind}>{t(`energy.fits.kind.${own.kind}`)}</span>
                </td>
                <td colSpan={6} className={styles.why}>
                  {t('energy.fits.none', { why: formatMessage(t, own.why) })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown === undefined ? null : <FitPicture fit={shown} name={nameOf(texts, shown)} />}
    </>
  );
}

const nameOf = ({ t }: Texts, { of, name }: Pick<PowerFit, 'of' | 'name'>): string =>
  of === WHOLE_FACILITY ? t('energy.fits.whole') : name;

function Head({ texts: { t } }: { readonly texts: Texts }): ReactNode {
  const number = (id: 'range' | 'r2' | 'scale' | 'now', title?: string): ReactNode => (
    <th scope="col" className="num" title={title}>
      {t(`energy.fits.column.${id}`)}
    </th>
  );
  return (
    <thead>
      <tr>
        <th scope="col">{t('energy.fits.column.place')}</th>
        <th scope="col" title={t('energy.fits.column.curve.hint')}>
          {t('energy.fits.column.curve')}
        </th>
        {number('range')}
        <th scope="col">{t('energy.fits.column.made')}</th>
        {number('r2', t('energy.fits.column.r2.hint'))}
        {number('scale', t('energy.fits.column.scale.hint'))}
        {number('now', t('energy.fits.column.now.hint'))}
      </tr>
    </thead>
  );
}

interface FitRowProps {
  readonly fit: Fit;
  readonly isShown: boolean;
  readonly state: PowerTreeState | null;
  readonly onShow: () => void;
}

function FitRow({ fit, isShown, state, onShow }: FitRowProps): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const { kind, loadW, fromMs, toMs, points, outliers, impossible, r2, scaleW, isKept } = fit;
  const watts = (value: number): string => format.withUnit(format.quantity(value, 'W', 1));
  const made = t('energy.fits.made', { days: format.number((toMs - fromMs) / DAY_MS, 1), points: format.number(points, 0) });
  const details = { outliers, impossible, from: format.dateTime(fromMs), to: format.dateTime(toMs) };
  return (
    <tr data-name={nameOf(texts, fit)}>
      <td>
        <button type="button" className={styles.place} aria-current={isShown || undefined} onClick={onShow}>
          <span className={styles.name}>{nameOf(texts, fit)}</span>
          <span className={styles.kind}>{t(`energy.fits.kind.${kind}`)}</span>
        </button>
        {isKept ? <span className={styles.kind}>{t('energy.fits.kept')}</span> : null}
      </td>
      <td className={styles.formula}>{formula(format, fit.curve)}</td>
      <td className="num">
        {watts(loadW.low)} – {watts(loadW.high)}
      </td>
      <td title={t('energy.fits.made.outliers', details)}>{made}</td>
      <td className="num">{format.number(r2, 3)}</td>
      <td className="num">{watts(scaleW)}</td>
      <td className="num" data-testid="energy-fit-now">
        <FitNow fit={fit} state={state} />
      </td>
    </tr>
  );
}

/** What the curve says now, and its error against the meters. */
function FitNow({ fit, state }: { readonly fit: Fit; readonly state: PowerTreeState | null }): ReactNode {
  const { t, format } = useTexts();
  const own = state?.places.find(({ id }) => id === fit.of);
  const facility = state !== null && fit.of === WHOLE_FACILITY && state.modelFits.includes(WHOLE_FACILITY) ? state : null;
  const [fitted, told] = facility === null ? [own?.fittedW ?? null, own?.toldW ?? null] : [facility.modelledW, facility.facilityW];
  if (fitted === null) return format.number(null, 0);
  if (fitted.value === null) return <span className={styles.kind}>{t(`withheld.${fitted.withheld ?? 'no-samples'}`)}</span>;
  const toldW = facility !== null && facility.facility !== 'metered' ? null : (told?.value ?? null);
  return (
    <>
      <ProvenanceBadge provenance={fitted.provenance} /> {format.withUnit(format.quantity(fitted.value, 'W', 1))}
      {toldW === null || toldW === 0 ? null : ` (${modelErrorText(format, fitted.value / toldW - 1)})`}
    </>
  );
}

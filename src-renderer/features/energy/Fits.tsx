import { useCallback, useState, type ReactNode } from 'react';
import type { PowerFit, PowerFits } from '@shared/model/power-fit';
import type { PowerTreeState } from '@shared/model/power-tree';
import { toAppError } from '../../data/loadable';
import type { AppError } from '@shared/contract/errors';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { FitPicture } from './FitPicture';
import { FitTable, idOfFit, nameOfFit } from './FitTable';
import styles from './energy.module.css';

const NOTHING = {};
const newest = <F,>(_: F | null, frame: F): F => frame;

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
  const head = (
    <>
      <h2>{t('energy.fits')}</h2>
      <span className="page-note">
        {lookedAtMs === null ? t('energy.fits.waiting') : t('energy.fits.lookedAt', { at: format.dateTime(lookedAtMs) })}
      </span>
      <Button icon="refresh" waiting={busy} onClick={() => void refit()} data-testid="energy-refit">
        {t('energy.fits.again')}
      </Button>
    </>
  );
  return (
    <section className={styles.fits} aria-label={t('energy.fits')} data-testid="energy-fits">
      {told.state === 'ready' ? <Told head={head} fits={told.value} state={state} /> : <div className="page-head">{head}</div>}
      <Trouble of={told} />
      {refused === null ? null : <ErrorNote error={refused} />}
      {told.state === 'loading' ? <Skeleton lines={3} /> : null}
    </section>
  );
}

interface ToldProps {
  /** Its title and what can be done, above it. */
  readonly head: ReactNode;
  readonly fits: PowerFits;
  readonly state: PowerTreeState | null;
}

function Told({ head, fits: { fits, without }, state }: ToldProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const [chosen, setChosen] = useState<string | null>(null);
  const show = useCallback((fit: PowerFit): void => setChosen(idOfFit(fit)), []);
  const shown = fits.find((fit) => idOfFit(fit) === chosen) ?? fits[0];
  if (fits.length === 0 && without.length === 0)
    return (
      <>
        <div className="page-head">{head}</div>
        <EmptyState icon="energy" title={t('energy.fits.empty')}>
          {t('energy.fits.empty.step')}
        </EmptyState>
      </>
    );
  return (
    <>
      <FitTable lead={head} fits={fits} without={without} state={state} shown={shown ?? null} onShow={show} />
      {fits.length === 0 ? null : <p className={styles.kind}>{t('energy.fits.note')}</p>}
      {shown === undefined ? null : <FitPicture fit={shown} name={nameOfFit(texts, shown)} />}
    </>
  );
}

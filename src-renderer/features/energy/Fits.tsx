import { useState, type ReactNode } from 'react';
import type { PowerFits } from '@shared/model/power-fit';
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
  const shown = fits.find((fit) => idOfFit(fit) === chosen) ?? fits[0];
  if (fits.length === 0 && without.length === 0)
    return (
      <EmptyState icon="energy" title={t('energy.fits.empty')}>
        {t('energy.fits.empty.step')}
      </EmptyState>
    );
  return (
    <>
      {fits.length === 0 ? null : <p className={styles.kind}>{t('energy.fits.note')}</p>}
      <FitTable fits={fits} without={without} state={state} shown={shown ?? null} onShow={(fit) => setChosen(idOfFit(fit))} />
      {shown === undefined ? null : <FitPicture fit={shown} name={nameOfFit(texts, shown)} />}
    </>
  );
}

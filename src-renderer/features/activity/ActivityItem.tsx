import type { ReactNode } from 'react';
import { toPage } from '../../app/paths';
import type { Activity } from '../../data/activity';
import { toAppError } from '../../data/loadable';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button, IconButton } from '../../ui/Button';
import { Progress } from '../../ui/Progress';
import { useToast } from '../../ui/Toasts';
import styles from './activity.module.css';

interface ActivityItemProps {
  readonly activity: Activity;
  /** A next step was taken that leads away from the list. */
  readonly onFollow: () => void;
}

const tones = { waiting: 'still', running: 'accent', stopped: 'still', done: 'ok', failed: 'bad' } as const;

/** One work: what it is, how far, how fast, how it ended, and the next step. */
export function ActivityItem({ activity, onFollow }: ActivityItemProps): ReactNode {
  const { t } = useTexts();
  const { work } = useServices();
  const toast = useToast();
  const { kind, name, state, share, error } = activity;
  const asking = (done: Promise<unknown>): void => {
    done.catch((failure: unknown) => toast(({ t }) => errorText(t, toAppError(failure)), 'bad'));
  };
  const isOpen = state === 'running' || state === 'waiting';
  return (
    <li className={styles['item']} data-activity={name} data-kind={kind} data-state={state}>
      <span className={styles['name']} title={name}>
        {name}
      </span>
      <span className={styles['buttons']}>
        <NextStep activity={activity} asking={asking} onFollow={onFollow} />
        {isOpen ? (
          <Button icon="stop" onClick={() => asking(work.cancel(activity))} data-testid="activity-cancel">
            {t('ui.cancel')}
          </Button>
        ) : (
          <IconButton
            icon="close"
            label={t('activity.dismiss', { name })}
            onClick={() => asking(work.dismiss(activity))}
            data-testid="activity-dismiss"
          />
        )}
      </span>
      <span className={styles['note']}>{t(`activity.${kind}.${state}`)}</span>
      {isOpen || (state === 'stopped' && share !== null) ? (
        <span className={styles['bar']}>
          <Progress label={t('activity.progress', { name })} share={state === 'waiting' ? 0 : share} tone={tones[state]} />
        </span>
      ) : null}
      <Figures activity={activity} />
      {error ? <span className={styles['error']}>{errorText(t, error)}</span> : null}
    </li>
  );
}

function Figures({ activity }: { readonly activity: Activity }): ReactNode {
  const { t, format } = useTexts();
  const { work } = useServices();
  const { state, share, rows, bytes } = activity;
  const { bytesPerS, remainingMs } = work.paceOf(activity);
  const sized = (size: number): string => format.withUnit(format.quantity(size, 'B', 0));
  const figures = [
    share !== null && state !== 'done' ? format.percent(share) : null,
    rows === null ? null : t('activity.rows', { count: rows, figure: format.number(rows, 0) }),
    bytes > 0 ? sized(bytes) : null,
    bytesPerS === null ? null : t('activity.rate', { size: sized(bytesPerS) }),
    remainingMs === null ? null : t('activity.left', { duration: format.duration(Math.max(1000, remainingMs)) }),
  ].filter((figure) => figure !== null);
  return figures.length === 0 ? null : (
    <span className={styles['figures']} data-testid="activity-figures">
      {figures.join(' · ')}
    </span>
  );
}

interface NextStepProps extends ActivityItemProps {
  readonly asking: (done: Promise<unknown>) => void;
}

function NextStep({ activity, asking, onFollow }: NextStepProps): ReactNode {
  const { t } = useTexts();
  const { work } = useServices();
  const { kind, state, canShow, hasReport } = activity;
  if (canShow)
    return (
      <Button onClick={() => asking(work.show(activity))} data-testid="activity-show">
        {t('activity.show')}
      </Button>
    );
  if (kind === 'restore' && state === 'done')
    return (
      <a href={toPage('doctor')} onClick={onFollow}>
        {t('activity.toDoctor')}
      </a>
    );
  if ((kind === 'import' || kind === 'upload') && state !== 'waiting' && (kind === 'import' || state !== 'running'))
    return (
      <Button
        onClick={() => {
          onFollow();
          work.isImporting.set(true);
        }}
        data-testid="activity-open-import"
      >
        {t(hasReport && state === 'done' ? 'activity.report' : 'activity.openImports')}
      </Button>
    );
  return null;
}

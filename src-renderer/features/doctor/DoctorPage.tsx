import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { AgainButton } from '../../ui/AgainButton';
import { ErrorNote } from '../../ui/ErrorNote';
import { Skeleton } from '../../ui/Skeleton';
import { Backups } from './Backups';
import { DoctorTable } from './DoctorTable';
import { LogButton } from './LogButton';
import { Machine } from './Machine';
import { Selftest } from './Selftest';
import './doctor.css';

const states = ['works', 'partial', 'missing', 'forbidden', 'failing'] as const;

/** What this machine can be asked, what it cannot, and the exact repair. */
export function DoctorPage(): ReactNode {
  const { t } = useTexts();
  const report = useCommand('doctor.report', {});
  const { answer, reload } = report;
  return (
    <div className="doctor">
      <div className="page-head">
        <h1>{t('doctor.title')}</h1>
        {answer.state === 'ready' ? (
          <span className="page-note" role="status">
            {states
              .map((state) => ({ state, count: answer.value.items.filter((item) => item.state === state).length }))
              .filter(({ count }) => count > 0)
              .map(({ state, count }) => t(`doctor.count.${state}`, { count }))
              .join(' · ')}
          </span>
        ) : null}
        <span className="toolbar-end">
          <LogButton />
          <AgainButton asked={report} label={t('doctor.again')} testId="doctor-again" />
        </span>
      </div>
      <div className="doctor-columns">
        <div>
          {answer.state === 'loading' ? (
            <>
              <p className="facts-empty">{t('doctor.looking')}</p>
              <Skeleton lines={12} />
            </>
          ) : null}
          {answer.state === 'failed' ? <ErrorNote error={answer.error} onRetry={reload} /> : null}
          {answer.state === 'ready' ? <DoctorTable items={answer.value.items} /> : null}
          <Selftest />
          <Backups />
        </div>
        <Machine />
      </div>
    </div>
  );
}

import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
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
  const { answer, reload } = useCommand('doctor.report', {});
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
          <Button icon="refresh" onClick={reload}>
            {t('doctor.again')}
          </Button>
        </span>
      </div>
      <div className="doctor-columns">
        <div>
          {answer.state === 'loading' ? <p className="facts-empty">{t('doctor.looking')}</p> : null}
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

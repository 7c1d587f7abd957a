import { useState, type ReactNode } from 'react';
import type { TimeRange } from '@shared/model/time-range';
import { useViewParam } from '../../app/router';
import { useTexts } from '../../i18n/use-texts';
import { IconButton } from '../../ui/Button';
import { Select } from '../../ui/Select';
import { coolingPeriods, periodMs, type CoolingPeriod } from './cooling-view';
import styles from './cooling.module.css';

/** Which stretch of the past a part of the page is about. */
export interface ChosenPeriod {
  readonly period: CoolingPeriod;
  readonly range: TimeRange;
  readonly choose: (period: CoolingPeriod) => void;
  readonly refresh: () => void;
}

/** As of one moment, until someone asks anew: what moves below a finger cannot be read. */
export function usePeriodChoice(): ChosenPeriod {
  const [period, choose] = useViewParam('last', coolingPeriods);
  const [toMs, setToMs] = useState(() => Date.now());
  return { period, range: { fromMs: toMs - periodMs[period], toMs }, choose, refresh: () => setToMs(Date.now()) };
}

export function PeriodChoice({ of, testId }: { readonly of: ChosenPeriod; readonly testId: string }): ReactNode {
  const { t, format } = useTexts();
  return (
    <>
      <span className={styles['pick']}>
        <Select
          label={t('cooling.period')}
          value={of.period}
          options={coolingPeriods.map((value) => ({ value, label: t(`cooling.period.${value}`) }))}
          onChange={of.choose}
          testId={testId}
        />
      </span>
      <IconButton icon="refresh" label={t('cooling.refresh')} onClick={of.refresh} />
      <span className="toolbar-hint">{format.range(of.range.fromMs, of.range.toMs)}</span>
    </>
  );
}

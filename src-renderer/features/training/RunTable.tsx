import type { ReactNode } from 'react';
import type { RunRow as Row } from '@shared/model/run-list';
import { runDurationMs } from '@shared/model/run-duration';
import { recipeName } from '../../i18n/run-names';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { Progress } from '../../ui/Progress';
import { QuantityText } from '../../ui/QuantityText';
import { RunStatusText } from '../../ui/RunStatusText';
import { epochMarks, progressOf, progressTone, shortId } from './run-figures';

export function RunTable({ runs }: { readonly runs: readonly Row[] }): ReactNode {
  const { t } = useTexts();
  // The room's tick is the clock of running durations.
  const nowMs = useValue(useServices().room)?.atMs ?? 0;
  return (
    <div className="table-scroll">
      <table className="table run-table">
        <thead>
          <tr>
            <th scope="col">{t('training.column.run')}</th>
            <th scope="col">{t('training.column.status')}</th>
            <th scope="col" className="run-progress">
              {t('training.column.progress')}
            </th>
            <th scope="col" className="num">
              {t('training.column.loss')}
            </th>
            <th scope="col" className="num">
              {t('training.column.accuracy')}
            </th>
            <th scope="col" className="num">
              {t('training.column.duration')}
            </th>
            <th scope="col" className="num">
              {t('training.column.energy')}
            </th>
            <th scope="col" className="num">
              {t('training.column.cost')}
            </th>
            <th scope="col">{t('training.column.started')}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} nowMs={nowMs} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunRow({ run, nowMs }: { readonly run: Row; readonly nowMs: number }): ReactNode {
  const { t, format } = useTexts();
  const share = progressOf(run);
  // A finished run is known by its test figures; one under way by its newest ones.
  const loss = run.scalars['test/loss'] ?? run.scalars['train/loss'] ?? null;
  const accuracy = run.scalars['test/accuracy'] ?? run.scalars['train/accuracy'] ?? null;
  return (
    <tr data-run={run.id}>
      <th scope="row">
        <a href={`#/training/${encodeURIComponent(run.id)}`}>{recipeName(t, run.recipe, 'short')}</a>{' '}
        <span className="run-id">{shortId(run)}</span>
      </th>
      <td>
        <RunStatusText status={run.status} />
      </td>
      <td className="run-progress">
        <div className="run-bar">
          <Progress label={t('training.progress')} share={share ?? 0} tone={progressTone(run)} marks={epochMarks(run)} />
          <span className="run-epoch">
            {run.plan ? t('training.epochOf', { epoch: run.progress.epoch, epochs: run.plan.epochs }) : format.number(null, 0)}
          </span>
        </div>
      </td>
      <td className="num">{format.number(loss, 4)}</td>
      <td className="num">{format.number(accuracy, 4)}</td>
      <td className="num">{format.duration(runDurationMs(run, nowMs))}</td>
      <td className="num">
        <QuantityText quantity={run.energy?.itJ ?? null} />
      </td>
      <td className="num">
        <QuantityText quantity={run.energy?.cost ?? null} />
      </td>
      <td className="run-started">{run.startedAtMs === null ? format.number(null, 0) : format.shortDateTime(run.startedAtMs)}</td>
    </tr>
  );
}

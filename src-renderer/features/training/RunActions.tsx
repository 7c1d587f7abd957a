import { useState, type ReactNode } from 'react';
import { isPaused } from '@shared/model/launch';
import { PROGRAM_KIND } from '@shared/model/program';
import { isFinal, type Run } from '@shared/model/run';
import { SERVING_KIND } from '@shared/model/serving';
import { toPage } from '../../app/paths';
import { go } from '../../app/router';
import { toAppError } from '../../data/loadable';
import { recipeName } from '../../i18n/run-names';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { useToast } from '../../ui/Toasts';
import { ProgramDialog } from './ProgramDialog';
import { ResumeRun } from './ResumeRun';
import { shortId } from './run-figures';
import { ServeModel } from './serving/ServeModel';

/** Stop while it goes on, delete once it has ended; the latter asks first, for nothing brings a run back. */
export function RunActions({ run }: { readonly run: Run }): ReactNode {
  const { client } = useServices();
  const { t } = useTexts();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const [again, setAgain] = useState(false);

  const stop = (): void => {
    client.call('runs.stop', { runId: run.id }).then(
      () => toast(({ t }) => t(isAdopted ? 'run.letGo.done' : 'run.stopAsked')),
      (failure: unknown) => toast(({ t }) => errorText(t, toAppError(failure)), 'bad'),
    );
  };

  const isAdopted = run.control.adopted !== null;
  const isProgram = run.kind === PROGRAM_KIND && !isAdopted;
  const paused = isPaused(run.control);
  const pause = (): void => {
    client.call('runs.pause', { runId: run.id, paused: !paused }).then(
      () => toast(({ t }) => t(paused ? 'run.resumed' : 'run.paused')),
      (failure: unknown) => toast(({ t }) => errorText(t, toAppError(failure)), 'bad'),
    );
  };

  return (
    <div className="run-actions">
      {isProgram && isFinal(run.status) ? (
        <Button icon="refresh" tone="quiet" onClick={() => setAgain(true)} data-testid="run-again">
          {t('run.again')}
        </Button>
      ) : null}
      <ResumeRun run={run} />
      {isProgram && run.status === 'running' ? (
        <Button tone="quiet" title={t('run.pause.note')} onClick={pause} data-testid="pause-run">
          {t(paused ? 'run.resume' : 'run.pause')}
        </Button>
      ) : null}
      {run.kind !== SERVING_KIND && isFinal(run.status) ? <ServeModel run={run} /> : null}
      {again ? <ProgramDialog run={run} onClose={() => setAgain(false)} /> : null}
      {isFinal(run.status) ? (
        <Button icon="trash" tone="quiet" onClick={() => setAsking(true)} data-testid="delete-run">
          {t('run.delete')}
        </Button>
      ) : (
        <Button
          icon="stop"
          tone={isAdopted ? 'plain' : 'danger'}
          title={isAdopted ? t('run.letGo.means') : undefined}
          disabled={run.status === 'stopping'}
          onClick={stop}
          data-testid="stop-run"
        >
          {t(isAdopted ? 'run.letGo' : 'run.stop')}
        </Button>
      )}
      {asking ? (
        <ConfirmDialog
          title={t('run.deleteAsk.title')}
          confirm={t('run.delete')}
          testId="confirm-delete"
          onConfirm={() => client.call('runs.delete', { runId: run.id })}
          onDone={() => go(toPage('training'))}
          onClose={() => setAsking(false)}
        >
          <p>{t('run.deleteAsk.text', { recipe: recipeName(t, run.recipe), id: shortId(run) })}</p>
        </ConfirmDialog>
      ) : null}
    </div>
  );
}

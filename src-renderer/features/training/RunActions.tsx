import { useState, type ReactNode } from 'react';
import { isFinal, type Run } from '@shared/model/run';
import { toAppError } from '../../data/loadable';
import { recipeName } from '../../i18n/run-names';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useToast } from '../../ui/Toasts';
import { shortId } from './run-figures';

/** Stop while it goes on, delete once it has ended; the latter asks first, for nothing brings a run back. */
export function RunActions({ run }: { readonly run: Run }): ReactNode {
  const { client } = useServices();
  const { t } = useTexts();
  const toast = useToast();
  const [asking, setAsking] = useState(false);

  const attempt = (command: 'runs.stop' | 'runs.delete', then: () => void): void => {
    client.call(command, { runId: run.id }).then(then, (failure: unknown) => {
      const error = toAppError(failure);
      toast(`${t(`error.${error.code}`)} ${formatMessage(t, error.localized)}`, 'bad');
    });
  };

  return (
    <div className="run-actions">
      {isFinal(run.status) ? (
        <Button icon="trash" tone="quiet" onClick={() => setAsking(true)} data-testid="delete-run">
          {t('run.delete')}
        </Button>
      ) : (
        <Button
          icon="stop"
          tone="danger"
          disabled={run.status === 'stopping'}
          onClick={() => attempt('runs.stop', () => toast(t('run.stopAsked')))}
          data-testid="stop-run"
        >
          {t('run.stop')}
        </Button>
      )}
      {asking ? (
        <Dialog
          title={t('run.deleteAsk.title')}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>{t('ui.cancel')}</Button>
              <Button
                tone="danger"
                data-testid="confirm-delete"
                onClick={() => {
                  setAsking(false);
                  attempt('runs.delete', () => {
                    window.location.hash = '#/training';
                  });
                }}
              >
                {t('run.delete')}
              </Button>
            </>
          }
        >
          <p>{t('run.deleteAsk.text', { recipe: recipeName(t, run.recipe), id: shortId(run) })}</p>
        </Dialog>
      ) : null}
    </div>
  );
}

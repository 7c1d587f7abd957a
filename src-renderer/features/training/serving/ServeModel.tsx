import { useState, type FormEvent, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import { engineIds, isEngineId } from '@shared/model/recipes';
import type { Run } from '@shared/model/run';
import { isModelName, servingParams } from '@shared/model/serving';
import { toRun } from '../../../app/paths';
import { go } from '../../../app/router';
import { toAppError, valueOf } from '../../../data/loadable';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useCommand } from '../../../rpc/hooks';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Field, NumberInput, TextInput, useNumberDraft } from '../../../ui/Field';

const port = servingParams.find(({ name }) => name === 'port');
const LEAST = port?.min ?? 0;
const MOST = port?.max ?? 0;

/** Of a run that has saved a model: the way to the run that serves it, or a dialog to serve it. */
export function ServeModel({ run }: { readonly run: Run }): ReactNode {
  const { t } = useTexts();
  const [asking, setAsking] = useState(false);
  const known = valueOf(useCommand('models.ofRun', { runId: run.id }).answer);
  if (known === null || !known.isSaved) return null;
  const [serving] = known.servedBy;
  return (
    <>
      {serving === undefined ? (
        <Button icon="live" tone="quiet" onClick={() => setAsking(true)} data-testid="serve-model">
          {t('run.serve')}
        </Button>
      ) : (
        <a className="button button-quiet" href={toRun(serving, null)} data-testid="served-by">
          <span>{t('run.servedBy')}</span>
        </a>
      )}
      {asking ? <ServeDialog run={run} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function ServeDialog({ run, onClose }: { readonly run: Run; readonly onClose: () => void }): ReactNode {
  const { client } = useServices();
  const { t } = useTexts();
  const [name, setName] = useState('');
  const typed = useNumberDraft(typeof port?.default === 'number' ? port.default : LEAST);
  const [error, setError] = useState<AppError | null>(null);
  const chosen = typed.value;
  const isPort = typeof chosen === 'number' && Number.isInteger(chosen) && chosen >= LEAST && chosen <= MOST;
  const isName = name.trim() === '' || isModelName(name.trim());

  const serve = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPort || !isName) return;
    const params = { model: run.id, port: chosen, ...(name.trim() === '' ? {} : { name: name.trim() }) };
    // A program that saved one has no engine of ours.
    const engine = isEngineId(run.engine) ? run.engine : engineIds[0];
    client.call('models.serve', { engine, params }).then(
      ({ runId }) => {
        onClose();
        go(toRun(runId, null));
      },
      (failure: unknown) => setError(toAppError(failure)),
    );
  };

  return (
    <Dialog
      title={t('run.serve.title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" form="serve-model-form" tone="primary" disabled={!isPort || !isName} data-testid="serve-confirm">
            {t('run.serve')}
          </Button>
        </>
      }
    >
      <form id="serve-model-form" className="run-labels-form" onSubmit={serve} noValidate>
        <p>{t('run.serve.text')}</p>
        <Field label={t('message.serving.name.name')} error={isName ? null : t('message.serving.badName')}>
          {(ids) => <TextInput {...ids} value={name} placeholder={run.recipe} onText={setName} testId="serve-name" />}
        </Field>
        <Field
          label={t('message.serving.name.port')}
          hint={t('message.serving.help.port')}
          error={isPort ? null : t('run.serve.port.wrong', { least: LEAST, most: MOST })}
        >
          {(ids) => <NumberInput {...ids} text={typed.text} onText={typed.setText} testId="serve-port" />}
        </Field>
        {error ? <ErrorNote error={error} /> : null}
      </form>
    </Dialog>
  );
}

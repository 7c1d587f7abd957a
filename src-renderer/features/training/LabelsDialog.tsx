import { useState, type FormEvent, type ReactNode } from 'react';
import { RUN_NAME_MAX, RUN_NOTES_MAX, RunLabels, type Run } from '@shared/model/run';
import { toAppError } from '../../data/loadable';
import type { AppError } from '@shared/contract/errors';
import { recipeName } from '../../i18n/run-names';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Field, TextArea, TextInput } from '../../ui/Field';
import { tagsOf } from './run-view';

interface LabelsDialogProps {
  readonly run: Pick<Run, 'id' | 'recipe' | 'name' | 'tags' | 'notes'>;
  readonly onClose: () => void;
}

/** What a person calls a run and writes to it. */
export function LabelsDialog({ run, onClose }: LabelsDialogProps): ReactNode {
  const { client } = useServices();
  const { t } = useTexts();
  const [name, setName] = useState(run.name ?? '');
  const [tags, setTags] = useState(run.tags.join(', '));
  const [notes, setNotes] = useState(run.notes);
  const [error, setError] = useState<AppError | null>(null);
  const labels = { name: name.trim() === '' ? null : name.trim(), tags: tagsOf(tags), notes };
  const refused = RunLabels.safeParse(labels).error?.issues[0]?.path[0];

  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (refused !== undefined) return;
    client.call('runs.update', { runId: run.id, labels }).then(onClose, (failure: unknown) => setError(toAppError(failure)));
  };

  return (
    <Dialog
      title={t('run.labels.title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" form="run-labels" tone="primary" disabled={refused !== undefined} data-testid="save-labels">
            {t('run.labels.save')}
          </Button>
        </>
      }
    >
      <form id="run-labels" className="run-labels-form" onSubmit={save} noValidate>
        <Field label={t('run.labels.name')} error={refused === 'name' ? t('run.labels.name.tooLong', { most: RUN_NAME_MAX }) : null}>
          {(ids) => <TextInput {...ids} value={name} placeholder={recipeName(t, run.recipe)} onText={setName} testId="label-name" />}
        </Field>
        <Field
          label={t('run.labels.tags')}
          hint={t('run.labels.tags.hint')}
          error={refused === 'tags' ? t('run.labels.tags.refused') : null}
        >
          {(ids) => <TextInput {...ids} value={tags} onText={setTags} testId="label-tags" />}
        </Field>
        <Field label={t('run.labels.notes')} error={refused === 'notes' ? t('run.labels.notes.tooLong', { most: RUN_NOTES_MAX }) : null}>
          {(ids) => <TextArea {...ids} value={notes} onText={setNotes} testId="label-notes" />}
        </Field>
        {error ? <ErrorNote error={error} /> : null}
      </form>
    </Dialog>
  );
}

/** The same for a row of the list, whose notes are asked for first. */
export function EditLabels({ runId, label }: { readonly runId: string; readonly label: string }): ReactNode {
  const { client } = useServices();
  const [run, setRun] = useState<Run | null>(null);
  return (
    <>
      <Button
        tone="quiet"
        icon="note"
        className="button-icon"
        aria-label={label}
        title={label}
        data-testid={`edit-labels-${runId}`}
        onClick={() => void client.call('runs.get', { runId }).then(setRun, () => undefined)}
      />
      {run === null ? null : <LabelsDialog run={run} onClose={() => setRun(null)} />}
    </>
  );
}

import { useMemo, useState, type ReactNode } from 'react';
import { useController } from 'react-hook-form';
import type { AppError } from '@shared/contract/errors';
import type { ProgramsAllowed } from '@shared/contract/programs';
import { plainLaunch } from '@shared/model/launch';
import type { Run } from '@shared/model/run';
import { toRun } from '../../app/paths';
import { go } from '../../app/router';
import { toAppError, valueOf } from '../../data/loadable';
import { Form } from '../../forms/Form';
import { TextInputField } from '../../forms/TextInputField';
import { useZodForm } from '../../forms/use-zod-form';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Field, TextArea } from '../../ui/Field';
import { hasMore, programSchema, typedOf } from './program-form';
import { ProgramMore } from './ProgramMore';

const FORM = 'program-form';
const NOTHING = {};
const whole = (_: ProgramsAllowed | null, frame: ProgramsAllowed): ProgramsAllowed => frame;

interface ProgramDialogProps {
  /** What it begins with: the run that is repeated. Null = nothing. */
  readonly run: Run | null;
  readonly onClose: () => void;
}

/** Asks for a program of this machine; the run that starts opens its own page. */
export function ProgramDialog({ run, onClose }: ProgramDialogProps): ReactNode {
  const { client } = useServices();
  const { t, format } = useTexts();
  const [error, setError] = useState<AppError | null>(null);
  const schema = useMemo(() => programSchema(t, format, run?.launch ?? plainLaunch), [t, format, run]);
  const form = useZodForm(schema, typedOf(run, format));
  const { control, setValue } = form;
  const { field: env, fieldState: envState } = useController({ control, name: 'env' });
  const { field: terminal } = useController({ control, name: 'terminal' });
  const allowed = valueOf(useStream('programs.allowed', NOTHING, whole));
  const busy = form.formState.isSubmitting;

  const start = form.handleSubmit(async (asked) => {
    setError(null);
    try {
      const { runId } = await client.call('programs.start', asked);
      onClose();
      go(toRun(runId));
    } catch (failure) {
      setError(toAppError(failure));
    }
  });

  const choose = async (kind: 'file' | 'folder'): Promise<void> => {
    try {
      const { path } = await client.call('programs.choosePath', { kind });
      if (path === null) return;
      if (kind === 'folder') setValue('cwd', path, { shouldDirty: true, shouldValidate: true });
      else setValue('line', JSON.stringify(path), { shouldDirty: true, shouldValidate: true });
    } catch (failure) {
      setError(toAppError(failure));
    }
  };

  return (
    <Dialog
      title={t(run === null ? 'program.title' : 'program.again')}
      draft={form.formState.isDirty}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" form={FORM} tone="primary" disabled={busy} data-testid="start-program">
            {busy ? t('training.start.busy') : t('training.start.button')}
          </Button>
        </>
      }
    >
      <Form id={FORM} onSend={start}>
        <TextInputField control={control} name="line" label={t('program.line')} hint={t('program.line.hint')} testId="program-line" />
        <TextInputField control={control} name="cwd" label={t('program.cwd')} hint={t('program.cwd.hint')} testId="program-cwd" />
        {allowed?.canChoose === true ? (
          <div className="program-choose">
            <Button onClick={() => void choose('file')}>{t('program.chooseFile')}</Button>
            <Button onClick={() => void choose('folder')}>{t('program.chooseFolder')}</Button>
          </div>
        ) : null}
        <Field label={t('program.env')} hint={t('program.env.hint')} error={envState.error?.message ?? null}>
          {(ids) => (
            <TextArea
              {...ids}
              rows={3}
              value={env.value}
              inputRef={env.ref}
              onText={env.onChange}
              onBlur={env.onBlur}
              testId="program-env"
            />
          )}
        </Field>
        <TextInputField control={control} name="gpus" label={t('program.gpus')} hint={t('program.gpus.hint')} testId="program-gpus" />
        <div className="param-grid">
          <TextInputField control={control} name="name" label={t('run.labels.name')} testId="program-name" />
          <TextInputField control={control} name="tags" label={t('run.labels.tags')} testId="program-tags" />
          <TextInputField control={control} name="hours" label={t('program.hours')} testId="program-hours" />
          <TextInputField control={control} name="kWh" label={t('program.kWh')} testId="program-kwh" />
          <TextInputField control={control} name="retries" label={t('program.retries')} testId="program-retries" />
        </div>
        <ProgramMore control={control} isOpen={hasMore(run)} />
        <label className="program-terminal">
          <input
            type="checkbox"
            checked={terminal.value}
            onChange={(event) => terminal.onChange(event.target.checked)}
            data-testid="program-terminal"
          />
          {t('program.terminal')}
          <span className="field-note">{t('program.terminal.hint')}</span>
        </label>
        {allowed?.consent === null ? (
          <p className="page-note" data-testid="program-consent">
            {t(allowed.canAsk ? 'program.consent.asked' : 'program.consent.needed')}
          </p>
        ) : null}
        {error ? <ErrorNote error={error} /> : null}
      </Form>
    </Dialog>
  );
}

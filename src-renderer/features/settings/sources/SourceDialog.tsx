import { useId, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { StreamFrame } from '@shared/contract';
import type { CollectorInfo, CollectorKindInfo } from '@shared/model/collector';
import { toAppError, valueOf } from '../../../data/loadable';
import { Form } from '../../../forms/Form';
import { ParamFields } from '../../../forms/ParamFields';
import { TextInputField } from '../../../forms/TextInputField';
import { useParamsForm, type ParamsSent } from '../../../forms/params-form';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useStream } from '../../../rpc/hooks';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Field } from '../../../ui/Field';
import { Select } from '../../../ui/Select';
import { placeRefusal } from './place-refusal';
import { SourceTrial, useTrial } from './SourceTrial';

interface SourceDialogProps {
  /** What can be chosen; of a source that is there, its own. */
  readonly kinds: readonly CollectorKindInfo[];
  /** The one that is changed; null = a new one. */
  readonly source: CollectorInfo | null;
  readonly onClose: () => void;
}

/** Adds or changes a source: its kind, then what that asks for. */
export function SourceDialog({ kinds: offered, source, onClose }: SourceDialogProps): ReactNode {
  // Every frame brings them anew, and a form of new parameters is checked again: what the core refused would be gone.
  const [kinds] = useState(offered);
  const [chosen, setChosen] = useState<string | null>(null);
  const kind = kinds.find(({ id }) => id === chosen) ?? kinds[0];
  // Another kind asks for other things: a form of its own.
  return kind === undefined ? null : (
    <SourceForm key={kind.id} kind={kind} kinds={kinds} source={source} onKind={setChosen} onClose={onClose} />
  );
}

interface SourceFormProps extends SourceDialogProps {
  readonly kind: CollectorKindInfo;
  readonly onKind: (id: string) => void;
}

const NOTHING = {};
const newest = (_: unknown, { secrets }: StreamFrame<'secrets.live'>): StreamFrame<'secrets.live'>['secrets'] => secrets;

function SourceForm({ kind, kinds, source, onKind, onClose }: SourceFormProps): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const formId = useId();
  const secrets = valueOf(useStream('secrets.live', NOTHING, newest)) ?? [];
  const isNamed = kind.isFeed;
  const form = useParamsForm(kind.params, {
    named: isNamed,
    ...(source === null ? {} : { name: formatMessage(t, source.name), values: source.settings }),
  });
  const [refused, setRefused] = useState<AppError | null>(null);
  const place = (error: AppError): boolean => placeRefusal(t, form, kind.params, error);
  const trial = useTrial(kind.id, place);
  const { isSubmitting, isDirty } = form.formState;

  const send = async ({ name, params, secrets: typed }: ParamsSent): Promise<void> => {
    const sent = JSON.stringify(form.getValues());
    setRefused(null);
    try {
      if (source === null) await client.call('collectors.add', { kind: kind.id, name, settings: params, secrets: typed });
      else await client.call('collectors.set', { id: source.id, ...(isNamed ? { name } : {}), settings: params, secrets: typed });
    } catch (error) {
      const failure = toAppError(error);
      if (!place(failure)) setRefused(failure);
      return;
    }
    // What was typed while it was saved waits to be saved too.
    if (source === null || JSON.stringify(form.getValues()) === sent) onClose();
  };
  const save = form.handleSubmit(send);
  const tryIt = form.handleSubmit((read) => trial.run(read));
  return (
    <Dialog
      title={source === null ? t('sources.add') : t('sources.edit', { source: formatMessage(t, source.name) })}
      wide
      draft={isDirty}
      onClose={onClose}
      actions={
        <>
          {kind.canTest ? (
            <Button disabled={trial.isUnderWay || isSubmitting} onClick={(event) => void tryIt(event)} data-testid="source-test">
              {t(trial.isUnderWay ? 'sources.test.busy' : 'sources.test')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" form={formId} tone="primary" disabled={isSubmitting} data-testid="source-save">
            {t(source === null ? 'sources.add' : 'ui.save')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSend={save} onChange={trial.forget}>
        {source === null && kinds.length > 1 ? (
          <Field label={t('sources.kind')}>
            {(ids) => (
              <Select
                {...ids}
                value={kind.id}
                options={kinds.map(({ id, name }) => ({ value: id, label: formatMessage(t, name) }))}
                onChange={onKind}
                testId="source-kind"
              />
            )}
          </Field>
        ) : null}
        {isNamed ? (
          <TextInputField control={form.control} name="name" label={t('sources.name')} hint={t('sources.name.hint')} testId="source-name" />
        ) : null}
        <ParamFields specs={kind.params} form={form} secrets={secrets} />
      </Form>
      <SourceTrial trial={trial} />
      {refused === null ? null : <ErrorNote error={refused} />}
    </Dialog>
  );
}

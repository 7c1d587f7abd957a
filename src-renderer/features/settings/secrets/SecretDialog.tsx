import { useId, useMemo, useState, type ReactNode } from 'react';
import { z } from 'zod';
import type { AppError } from '@shared/contract/errors';
import { SecretId, type SecretInfo } from '@shared/model/secret';
import { english, message, type Message } from '@shared/text/message';
import { toAppError } from '../../../data/loadable';
import { Form } from '../../../forms/Form';
import { useZodForm } from '../../../forms/use-zod-form';
import { secretOf, secretRefusal } from '../../../forms/params';
import { SecretInputField } from '../../../forms/SecretInputField';
import { TextInputField } from '../../../forms/TextInputField';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { ErrorNote } from '../../../ui/ErrorNote';

interface SecretDialogProps {
  readonly secrets: readonly SecretInfo[];
  /** The one that gets another value; null = a new one. */
  readonly id: string | null;
  readonly onClose: () => void;
}

const Typed = z.object({ id: z.string(), value: z.string() });
type Typed = z.infer<typeof Typed>;

/** @param taken the names that there are: adding one of them would replace it unseen */
function schemaWith(taken: ReadonlySet<string>): z.ZodType<Typed, Typed> {
  return Typed.superRefine(({ id, value }, context) => {
    const refuse = (path: keyof Typed, why: Message | null): void => {
      if (why !== null) context.addIssue({ code: 'custom', path: [path], message: english(why), params: { why } });
    };
    if (id === '') refuse('id', message('message.param.needed'));
    else if (!SecretId.safeParse(id).success) refuse('id', message('message.secrets.badName'));
    else if (taken.has(id)) refuse('id', message('message.secrets.taken', { id }));
    refuse('value', secretRefusal(value));
  }).transform(({ id, value }) => ({ id, value: secretOf(value) }));
}

/** Takes a credential; it goes in and is never shown again. */
export function SecretDialog({ secrets, id, onClose }: SecretDialogProps): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const formId = useId();
  const names = id === null ? secrets.map((secret) => secret.id).join('\n') : '';
  const schema = useMemo(() => schemaWith(new Set(names.split('\n'))), [names]);
  const form = useZodForm(schema, { id: id ?? '', value: '' });
  const [refused, setRefused] = useState<AppError | null>(null);
  const { isSubmitting, isDirty } = form.formState;
  const save = form.handleSubmit(async (sent) => {
    setRefused(null);
    try {
      await client.call('secrets.set', sent);
    } catch (error) {
      setRefused(toAppError(error));
      return;
    }
    onClose();
  });
  return (
    <Dialog
      title={id === null ? t('secrets.add') : t('secrets.replace', { secret: id })}
      draft={isDirty}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button type="submit" form={formId} tone="primary" disabled={isSubmitting} data-testid="secret-save">
            {t(id === null ? 'secrets.add' : 'secrets.replace.short')}
          </Button>
        </>
      }
    >
      <Form id={formId} onSend={save}>
        {id === null ? (
          <TextInputField
            control={form.control}
            name="id"
            label={t('secrets.column.name')}
            hint={t('secrets.name.hint')}
            testId="secret-name"
          />
        ) : null}
        <SecretInputField
          control={form.control}
          name="value"
          label={t('secrets.value')}
          hint={t('form.secret.hint')}
          testId="secret-value"
        />
      </Form>
      {refused === null ? null : <ErrorNote error={refused} />}
    </Dialog>
  );
}

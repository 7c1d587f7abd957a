import type { ReactNode } from 'react';
import { useController, type Control } from 'react-hook-form';
import type { ParamSpec } from '@shared/model/param';
import type { SecretInfo } from '@shared/model/secret';
import { formatMessage } from '../i18n/format-message';
import { useTexts } from '../i18n/use-texts';
import { Field } from '../ui/Field';
import { Select } from '../ui/Select';
import { SecretInput } from './SecretInput';
import type { ParamsSent, ParamsTyped } from './params-form';
import styles from './ParamFields.module.css';

interface SecretFieldProps {
  readonly spec: ParamSpec;
  readonly index: number;
  readonly control: Control<ParamsTyped, unknown, ParamsSent>;
  readonly secrets: readonly SecretInfo[];
}

/** Secrets that a source has for itself are not for others. */
const isOwn = (id: string): boolean => id.startsWith('sources/');

/** A credential: one that is kept already, by its name, or one that is typed now. What is kept is never shown. */
export function SecretField({ spec, index, control, secrets }: SecretFieldProps): ReactNode {
  const { t, format } = useTexts();
  const kept = useController({ control, name: `fields.${index}.kept` });
  const typed = useController({ control, name: `fields.${index}.text` });
  const before = kept.formState.defaultValues?.fields?.[index]?.kept ?? '';
  const own = isOwn(before) ? secrets.find(({ id }) => id === before) : undefined;
  const named = secrets.filter(({ id }) => !isOwn(id));
  const options = [
    ...(isOwn(before)
      ? [
          {
            value: before,
            label: own === undefined ? t('form.secret.kept') : t('form.secret.keptSince', { time: format.shortDateTime(own.setAtMs) }),
          },
        ]
      : []),
    { value: '', label: t('form.secret.typed') },
    ...named.map(({ id }) => ({ value: id, label: id })),
  ];
  const isTyped = kept.field.value === '';
  // One that was removed meanwhile is still what is set.
  if (!options.some(({ value }) => value === kept.field.value)) options.push({ value: kept.field.value, label: kept.field.value });
  const label = formatMessage(t, spec.label);
  return (
    <div className={styles['whole']}>
      <Field label={label} hint={isTyped ? t('form.secret.hint') : ''} error={typed.fieldState.error?.message ?? null}>
        {(ids) => (
          <div className={styles['secret']}>
            {options.length === 1 ? null : (
              <Select
                label={t('form.secret.which', { secret: label })}
                value={kept.field.value}
                options={options}
                onChange={kept.field.onChange}
                testId={`param-${spec.name}-kept`}
              />
            )}
            {isTyped ? (
              <SecretInput
                {...ids}
                testId={`param-${spec.name}`}
                inputRef={typed.field.ref}
                value={typed.field.value}
                onText={typed.field.onChange}
                onBlur={typed.field.onBlur}
              />
            ) : null}
          </div>
        )}
      </Field>
    </div>
  );
}

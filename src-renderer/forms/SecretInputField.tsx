import type { ReactNode } from 'react';
import { useController, type Control, type FieldPath, type FieldValues } from 'react-hook-form';
import { Field } from '../ui/Field';
import { SecretInput } from './SecretInput';

interface SecretInputFieldProps<Typed extends FieldValues, Read> {
  readonly control: Control<Typed, unknown, Read>;
  readonly name: FieldPath<Typed>;
  readonly label: string;
  readonly hint: string;
  readonly testId: string;
}

/** A credential that is typed into a form. */
export function SecretInputField<Typed extends FieldValues, Read>({
  control,
  name,
  label,
  hint,
  testId,
}: SecretInputFieldProps<Typed, Read>): ReactNode {
  const { field, fieldState } = useController({ control, name });
  return (
    <Field label={label} hint={hint} error={fieldState.error?.message ?? null}>
      {(ids) => (
        <SecretInput {...ids} testId={testId} inputRef={field.ref} value={field.value} onText={field.onChange} onBlur={field.onBlur} />
      )}
    </Field>
  );
}

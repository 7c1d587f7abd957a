import type { ReactNode } from 'react';
import { useController, type Control, type FieldPath, type FieldValues } from 'react-hook-form';
import { Field, TextInput } from '../ui/Field';

interface TextInputFieldProps<Typed extends FieldValues, Read> {
  readonly control: Control<Typed, unknown, Read>;
  readonly name: FieldPath<Typed>;
  readonly label: string;
  readonly hint?: string;
  readonly testId: string;
}

/** One line of text of a form. */
export function TextInputField<Typed extends FieldValues, Read>({
  control,
  name,
  label,
  hint = '',
  testId,
}: TextInputFieldProps<Typed, Read>): ReactNode {
  const { field, fieldState } = useController({ control, name });
  return (
    <Field label={label} hint={hint} error={fieldState.error?.message ?? null}>
      {(ids) => (
        <TextInput {...ids} testId={testId} inputRef={field.ref} value={field.value} onText={field.onChange} onBlur={field.onBlur} />
      )}
    </Field>
  );
}

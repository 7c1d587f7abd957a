import type { ReactNode } from 'react';
import { useController, type Control } from 'react-hook-form';
import type { ParamSpec } from '@shared/model/param';
import type { SecretInfo } from '@shared/model/secret';
import { withUnit, type Format } from '../i18n/format';
import { formatMessage } from '../i18n/format-message';
import { useTexts, type Texts } from '../i18n/use-texts';
import { Field, NumberInput, TextArea, TextInput } from '../ui/Field';
import { Select } from '../ui/Select';
import { fieldsOf, rangeText, steppedText } from './params';
import type { ParamsSent, ParamsTyped } from './params-form';
import { SecretField } from './SecretField';
import styles from './ParamFields.module.css';

interface ParamFieldProps {
  readonly spec: ParamSpec;
  /** Its place among the form's fields. */
  readonly index: number;
  readonly control: Control<ParamsTyped, unknown, ParamsSent>;
  readonly secrets: readonly SecretInfo[];
}

/** What takes a line of the form for itself. */
const isWide = ({ type }: ParamSpec): boolean => type === 'url' || type === 'list' || type === 'secret';

/** The field that suits a parameter's type, with its unit, what it may be, and why it is refused. */
export function ParamField({ spec, index, control, secrets }: ParamFieldProps): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const { field, fieldState } = useController({ control, name: `fields.${index}.text` });
  const label = formatMessage(t, spec.label);
  const help = formatMessage(t, spec.help);
  const normal = fieldsOf([spec], format)[0]?.text ?? '';
  const options = optionsOf(texts, spec);
  const normalText = withUnit(options.find(({ value }) => value === normal)?.label ?? normal, spec.unit);
  const range = rangeText(texts, spec);
  const hint = field.value === normal || normal === '' ? range || help : t('ui.defaultIs', { value: normalText });
  const error = fieldState.error?.message ?? null;
  if (spec.type === 'secret') return <SecretField spec={spec} index={index} control={control} secrets={secrets} />;
  return (
    <div className={isWide(spec) ? styles['whole'] : undefined} title={help === '' || help === hint ? undefined : help}>
      <Field label={label} hint={hint} error={error}>
        {(ids) => {
          const common = { ...ids, testId: `param-${spec.name}`, onBlur: field.onBlur };
          switch (spec.type) {
            case 'choice':
            case 'boolean':
              return <Select {...common} selectRef={field.ref} value={field.value} options={options} onChange={field.onChange} />;
            case 'list':
              return <TextArea {...common} rows={3} inputRef={field.ref} value={field.value} onText={field.onChange} />;
            case 'text':
            case 'url':
              return (
                <TextInput
                  {...common}
                  {...(spec.type === 'url' ? { type: 'url', placeholder: `${spec.schemes?.[0] ?? 'http'}://` } : {})}
                  inputRef={field.ref}
                  value={field.value}
                  onText={field.onChange}
                />
              );
            default:
              return (
                <NumberInput
                  {...common}
                  unit={spec.unit}
                  inputRef={field.ref}
                  text={field.value}
                  onText={field.onChange}
                  onCommit={field.onBlur}
                  {...steps(spec, field.value, format, field.onChange)}
                />
              );
          }
        }}
      </Field>
    </div>
  );
}

function optionsOf({ t }: Texts, { type, choices = [], optional }: ParamSpec): { value: string; label: string }[] {
  const named =
    type === 'boolean'
      ? [
          { value: 'true', label: t('ui.on') },
          { value: 'false', label: t('ui.off') },
        ]
      : choices.map(({ value, label }) => ({ value, label: formatMessage(t, label) }));
  return optional ? [{ value: '', label: t('form.none') }, ...named] : named;
}

/** The arrow keys move a number by its step. */
function steps(spec: ParamSpec, text: string, format: Format, onText: (text: string) => void): { onStep?: (by: 1 | -1) => void } {
  if (spec.step === undefined) return {};
  return {
    onStep(by) {
      const moved = steppedText(spec, text, by, format);
      if (moved !== null) onText(moved);
    },
  };
}

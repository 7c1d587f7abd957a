import type { ReactNode } from 'react';
import type { ParamSpec } from '@shared/model/param';
import type { Message } from '@shared/text/message';
import { formatMessage } from '../../i18n/format-message';
import type { Format } from '../../i18n/format';
import { useTexts } from '../../i18n/use-texts';
import { Field, NumberInput, Select, TextInput } from '../../ui/Field';
import { paramTexts, rangeText, steppedText, type ParamTexts } from './params';

interface ParamFieldsProps {
  readonly specs: readonly ParamSpec[];
  readonly texts: ParamTexts;
  readonly refusals: Readonly<Record<string, Message>>;
  readonly onTexts: (texts: ParamTexts) => void;
}

/** A form for any parameters: a field of its kind for each, those for the experienced folded away. */
export function ParamFields({ specs, texts, refusals, onTexts }: ParamFieldsProps): ReactNode {
  const { t } = useTexts();
  const field = (spec: ParamSpec): ReactNode => (
    <ParamField
      key={spec.name}
      spec={spec}
      text={texts[spec.name] ?? ''}
      refusal={refusals[spec.name] ?? null}
      onText={(text) => onTexts({ ...texts, [spec.name]: text })}
    />
  );
  const advanced = specs.filter((spec) => spec.advanced);
  return (
    <>
      <div className="param-grid">{specs.filter((spec) => !spec.advanced).map(field)}</div>
      {advanced.length === 0 ? null : (
        <details open={advanced.some(({ name }) => refusals[name] !== undefined) || undefined}>
          <summary>{t('training.param.more')}</summary>
          <div className="param-grid">{advanced.map(field)}</div>
        </details>
      )}
    </>
  );
}

interface ParamFieldProps {
  readonly spec: ParamSpec;
  readonly text: string;
  readonly refusal: Message | null;
  readonly onText: (text: string) => void;
}

function ParamField({ spec, text, refusal, onText }: ParamFieldProps): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const normal = paramTexts([spec], format)[spec.name] ?? '';
  const help = formatMessage(t, spec.help);
  const hint = text === normal ? rangeText(texts, spec) || help : t('ui.defaultIs', { value: normal });
  return (
    <div title={help === '' ? undefined : help}>
      <Field label={formatMessage(t, spec.label)} hint={hint} error={refusal === null ? null : formatMessage(t, refusal)}>
        {(ids) => {
          const common = { ...ids, testId: `param-${spec.name}` };
          switch (spec.type) {
            case 'choice':
            case 'boolean':
              return <Select {...common} value={text} options={optionsOf(texts, spec)} onChange={onText} />;
            case 'text':
              return <TextInput {...common} value={text} onText={onText} />;
            default:
              return <NumberInput {...common} unit={spec.unit} text={text} onText={onText} {...steps(spec, text, format, onText)} />;
          }
        }}
      </Field>
    </div>
  );
}

function optionsOf({ t }: ReturnType<typeof useTexts>, { type, choices = [], optional }: ParamSpec): { value: string; label: string }[] {
  const named =
    type === 'boolean'
      ? [
          { value: 'true', label: t('ui.on') },
          { value: 'false', label: t('ui.off') },
        ]
      : choices.map(({ value, label }) => ({ value, label: formatMessage(t, label) }));
  return optional ? [{ value: '', label: t('training.param.none') }, ...named] : named;
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

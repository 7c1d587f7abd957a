import type { ReactNode } from 'react';
import { useWatch } from 'react-hook-form';
import { isAsked, parseParam, type ParamSpec, type ParamValue } from '@shared/model/param';
import type { SecretInfo } from '@shared/model/secret';
import { useTexts } from '../i18n/use-texts';
import { ParamField } from './ParamField';
import type { ParamsForm } from './params-form';
import styles from './ParamFields.module.css';

interface ParamFieldsProps {
  readonly specs: readonly ParamSpec[];
  readonly form: ParamsForm;
  /** Those that can be chosen for a parameter that is one. */
  readonly secrets?: readonly SecretInfo[];
}

/** A form for any parameters: a field of its kind for each that is asked for now, those for the experienced folded away. */
export function ParamFields({ specs, form, secrets = [] }: ParamFieldsProps): ReactNode {
  const { t } = useTexts();
  const { control, formState } = form;
  const fields = useWatch({ control, name: 'fields' });
  const chosen = Object.fromEntries(
    specs.map((spec, i): [string, ParamValue] => [
      spec.name,
      spec.type === 'choice' ? (parseParam(spec, fields[i]?.text ?? '') ?? null) : null,
    ]),
  );
  const all = specs.map((spec, index) => ({ spec, index })).filter(({ spec }) => isAsked(specs, spec, chosen));
  const field = ({ spec, index }: (typeof all)[number]): ReactNode => (
    <ParamField key={spec.name} spec={spec} index={index} control={control} secrets={secrets} />
  );
  const advanced = all.filter(({ spec }) => spec.advanced);
  const isRefused = advanced.some(({ index }) => formState.errors.fields?.[index] !== undefined);
  return (
    <>
      <div className={styles['grid']}>{all.filter(({ spec }) => !spec.advanced).map(field)}</div>
      {advanced.length === 0 ? null : (
        <details open={isRefused || undefined}>
          <summary>{t('form.more')}</summary>
          <div className={styles['grid']}>{advanced.map(field)}</div>
        </details>
      )}
    </>
  );
}

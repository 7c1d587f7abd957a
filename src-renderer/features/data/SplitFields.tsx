import type { ReactNode } from 'react';
import type { ColumnType, DatasetColumn } from '@shared/model/dataset';
import { splitMethods, type DataSplit } from '@shared/model/dataset-recipe';
import { useTexts } from '../../i18n/use-texts';
import { Field, NumberInput, useNumberDraft } from '../../ui/Field';
import { Select } from '../../ui/Select';
import styles from './data.module.css';

interface SplitFieldsProps {
  readonly columns: readonly DatasetColumn[];
  /** Null = as it is split already. */
  readonly split: DataSplit | null;
  readonly onSplit: (split: DataSplit | null) => void;
}

const KEPT = 'kept';
const usual: DataSplit = { method: 'random', column: null, validation: 0.1, test: 0.2, seed: 1 };
const MOST_PERCENT = 90;
const MOST_SEED = 2 ** 31 - 1;

const fitting: Readonly<Record<Exclude<DataSplit['method'], 'random'>, readonly ColumnType[]>> = {
  stratified: ['category', 'text', 'number'],
  time: ['time', 'number'],
  group: ['category', 'text', 'number'],
};

/** Which rows are for training, validation and test. */
export function SplitFields({ columns, split, onSplit }: SplitFieldsProps): ReactNode {
  const { t } = useTexts();
  const namesFor = (method: DataSplit['method']): string[] =>
    method === 'random' ? [] : columns.filter(({ type }) => fitting[method].includes(type)).map(({ name }) => name);
  const choose = (method: DataSplit['method'] | typeof KEPT): void => {
    if (method === KEPT) return onSplit(null);
    onSplit({ ...(split ?? usual), method, column: namesFor(method)[0] ?? null });
  };
  const methods = splitMethods.filter((method) => method === 'random' || namesFor(method).length > 0);
  return (
    <div className={styles['split']}>
      <Field label={t('data.split')}>
        {({ id, describedBy }) => (
          <Select
            id={id}
            describedBy={describedBy}
            value={split?.method ?? KEPT}
            options={[
              { value: KEPT, label: t('data.split.kept') },
              ...methods.map((value) => ({ value, label: t(`data.split.${value}`) })),
            ]}
            onChange={choose}
            testId="data-split"
          />
        )}
      </Field>
      {split === null || split.column === null ? null : (
        <Field label={t('data.split.column')}>
          {({ id, describedBy }) => (
            <Select
              id={id}
              describedBy={describedBy}
              value={split.column ?? ''}
              options={namesFor(split.method).map((name) => ({ value: name, label: name }))}
              onChange={(column) => onSplit({ ...split, column })}
              testId="data-split-column"
            />
          )}
        </Field>
      )}
      {split === null ? null : (
        <>
          <Whole
            label={t('data.part.validation')}
            unit="%"
            value={split.validation * 100}
            most={MOST_PERCENT}
            onValue={(value) => onSplit({ ...split, validation: value / 100 })}
          />
          <Whole
            label={t('data.part.test')}
            unit="%"
            value={split.test * 100}
            most={MOST_PERCENT}
            onValue={(value) => onSplit({ ...split, test: value / 100 })}
          />
          <Whole label={t('data.split.seed')} unit="" value={split.seed} most={MOST_SEED} onValue={(seed) => onSplit({ ...split, seed })} />
        </>
      )}
    </div>
  );
}

interface WholeProps {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  readonly most: number;
  readonly onValue: (value: number) => void;
}

/** A whole number from 0 on; what is none is told and not taken. */
function Whole({ label, unit, value, most, onValue }: WholeProps): ReactNode {
  const { t, format } = useTexts();
  const draft = useNumberDraft(Math.round(value));
  const isRight = typeof draft.value === 'number' && Number.isInteger(draft.value) && draft.value >= 0 && draft.value <= most;
  return (
    <Field label={label} error={isRight ? null : t('data.whole', { most: format.number(most, 0) })}>
      {({ id, describedBy, invalid }) => (
        <NumberInput
          id={id}
          describedBy={describedBy}
          invalid={invalid}
          unit={unit}
          text={draft.text}
          onText={(text) => {
            draft.setText(text);
            const typed = format.parse(text);
            if (typed !== null && Number.isInteger(typed) && typed >= 0 && typed <= most) onValue(typed);
          }}
        />
      )}
    </Field>
  );
}

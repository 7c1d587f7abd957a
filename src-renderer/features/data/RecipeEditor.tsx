import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { Dataset, DatasetVersion } from '@shared/model/dataset';
import type { DataSplit } from '@shared/model/dataset-recipe';
import { toAppError } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button, IconButton } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { Select } from '../../ui/Select';
import { columnsThatFit, stepChoices, stepOf, type StepChoice } from './recipe-draft';
import { SplitFields } from './SplitFields';
import styles from './data.module.css';

/** A step of the draft: to one column, or to all that it fits. */
interface Draft {
  readonly id: number;
  readonly choice: StepChoice;
  readonly column: string;
}

const ALL = '';

/** Makes a new version: how it is split, and what is done to its rows, in order. */
export function RecipeEditor({ dataset, version }: { readonly dataset: Dataset; readonly version: DatasetVersion }): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const [split, setSplit] = useState<DataSplit | null>(null);
  const [steps, setSteps] = useState<readonly Draft[]>([]);
  const [choice, setChoice] = useState<StepChoice>('drop-missing');
  const [nextId, setNextId] = useState(0);
  const [refused, setRefused] = useState<AppError | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const fitting = (of: StepChoice): string[] => columnsThatFit(of, version.columns, version.target);
  const add = (): void => {
    setSteps([...steps, { id: nextId, choice, column: choice === 'drop-columns' ? (fitting(choice)[0] ?? ALL) : ALL }]);
    setNextId(nextId + 1);
  };
  const move = (at: number, by: 1 | -1): void => {
    const next = [...steps];
    const [moved] = next.splice(at, 1);
    if (moved !== undefined) next.splice(at + by, 0, moved);
    setSteps(next);
  };
  const make = (): void => {
    setRefused(null);
    setIsBusy(true);
    const recipe = {
      split,
      steps: steps.map((step) => stepOf(step.choice, step.column === ALL ? fitting(step.choice) : [step.column])),
      augment: [],
      target: null,
    };
    const into = dataset.isShipped
      ? { label: { name: t('data.derived', { name: dataset.name }), origin: dataset.origin, licence: dataset.licence } }
      : { dataset: dataset.id };
    client
      .call('data.derive', { id: dataset.id, version: version.version, recipe, into })
      .then(
        () => setSteps([]),
        (error: unknown) => setRefused(toAppError(error)),
      )
      .finally(() => setIsBusy(false));
  };
  return (
    <section className={styles['recipe']} aria-label={t('data.recipe')} data-testid="data-recipe">
      <h2>{t('data.recipe')}</h2>
      <p className="page-note">{t('data.recipe.note')}</p>
      <SplitFields columns={version.columns} split={split} onSplit={setSplit} />
      <ol className={styles['steps']}>
        {steps.map((step, i) => (
          <li key={step.id}>
            <span>{t(`data.step.${step.choice}`)}</span>
            {step.choice === 'drop-duplicates' ? null : (
              <Select
                label={t('data.step.columns')}
                value={step.column}
                options={[
                  ...(step.choice === 'drop-columns' ? [] : [{ value: ALL, label: t('data.step.all') }]),
                  ...fitting(step.choice).map((name) => ({ value: name, label: name })),
                ]}
                onChange={(column) => setSteps(steps.map((one) => (one.id === step.id ? { ...one, column } : one)))}
              />
            )}
            <IconButton icon="up" label={t('data.step.up')} disabled={i === 0} onClick={() => move(i, -1)} />
            <IconButton icon="down" label={t('data.step.down')} disabled={i === steps.length - 1} onClick={() => move(i, 1)} />
            <IconButton icon="trash" label={t('data.step.remove')} onClick={() => setSteps(steps.filter(({ id }) => id !== step.id))} />
          </li>
        ))}
      </ol>
      <div className="toolbar">
        <Select
          label={t('data.step.kind')}
          value={choice}
          options={stepChoices.map((value) => ({
            value,
            label: t(`data.step.${value}`),
            disabled: value !== 'drop-duplicates' && fitting(value).length === 0,
          }))}
          onChange={setChoice}
          testId="data-step"
        />
        <Button icon="plus" onClick={add} data-testid="data-step-add">
          {t('data.step.add')}
        </Button>
        <span className="toolbar-end">
          <Button tone="primary" disabled={isBusy || (steps.length === 0 && split === null)} onClick={make} data-testid="data-derive">
            {t('data.recipe.make')}
          </Button>
        </span>
      </div>
      {refused === null ? null : <ErrorNote error={refused} />}
    </section>
  );
}

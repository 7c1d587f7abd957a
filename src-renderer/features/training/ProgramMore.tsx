import { useEffect, useRef, type ReactNode } from 'react';
import { useController, useFormState, type Control } from 'react-hook-form';
import { stopSignals, type RunDependency } from '@shared/model/launch';
import { TextInputField } from '../../forms/TextInputField';
import { recipeName } from '../../i18n/run-names';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { Field, TextArea } from '../../ui/Field';
import { Select } from '../../ui/Select';
import type { ProgramAsked, ProgramTyped } from './program-form';
import { shortId } from './run-figures';
import styles from './ProgramMore.module.css';

interface ProgramMoreProps {
  readonly control: Control<ProgramTyped, unknown, ProgramAsked>;
  readonly isOpen: boolean;
}

/** What is refused is to be seen. */
const folded = ['priority', 'delayS', 'cost', 'memoryGiB', 'graceS', 'notes'] as const;

/** What few runs need: their place in the queue, further limits, how they are ended, and a word about them. */
export function ProgramMore({ control, isOpen }: ProgramMoreProps): ReactNode {
  const { t } = useTexts();
  const { field: shared } = useController({ control, name: 'shared' });
  const { field: signal } = useController({ control, name: 'signal' });
  const { field: notes, fieldState: notesState } = useController({ control, name: 'notes' });
  const { errors, submitCount } = useFormState({ control });
  const details = useRef<HTMLDetailsElement>(null);
  const isRefused = folded.some((name) => errors[name] !== undefined);
  useEffect(() => {
    if (isRefused && details.current) details.current.open = true;
  }, [isRefused, submitCount]);
  return (
    <details ref={details} open={isOpen} className={styles['more']}>
      <summary data-testid="program-more">{t('program.more')}</summary>
      <div className={styles['body']}>
        <div className="param-grid">
          <TextInputField
            control={control}
            name="priority"
            label={t('program.priority')}
            hint={t('program.priority.hint')}
            testId="program-priority"
          />
          <TextInputField
            control={control}
            name="delayS"
            label={t('program.delay')}
            hint={t('program.delay.hint')}
            testId="program-delay"
          />
          <TextInputField control={control} name="cost" label={t('program.cost')} hint={t('program.cost.hint')} testId="program-cost" />
          <TextInputField control={control} name="memoryGiB" label={t('program.memory')} testId="program-memory" />
          <Field label={t('program.signal')} hint={t('program.signal.hint')}>
            {(ids) => (
              <Select
                {...ids}
                value={signal.value}
                options={stopSignals.map((value) => ({ value, label: value }))}
                onChange={signal.onChange}
                testId="program-signal"
              />
            )}
          </Field>
          <TextInputField
            control={control}
            name="graceS"
            label={t('program.grace')}
            hint={t('program.grace.hint')}
            testId="program-grace"
          />
        </div>
        <label className="program-terminal">
          <input
            type="checkbox"
            checked={shared.value}
            onChange={(event) => shared.onChange(event.target.checked)}
            data-testid="program-shared"
          />
          {t('program.shared')}
        </label>
        <After control={control} />
        <Field label={t('run.labels.notes')} error={notesState.error?.message ?? null}>
          {(ids) => (
            <TextArea
              {...ids}
              rows={2}
              value={notes.value}
              inputRef={notes.ref}
              onText={notes.onChange}
              onBlur={notes.onBlur}
              testId="program-notes"
            />
          )}
        </Field>
      </div>
    </details>
  );
}

type Condition = RunDependency['on'] | 'none';
const conditions: readonly Condition[] = ['none', 'success', 'end'];

/** The runs that wait or are under way, each of which this one can follow. */
function After({ control }: Pick<ProgramMoreProps, 'control'>): ReactNode {
  const { t } = useTexts();
  const runs = useValue(useServices().runs) ?? [];
  const { field } = useController({ control, name: 'after' });
  if (runs.length === 0) return null;
  const set = (id: string, on: Condition): void => {
    const others = field.value.filter(({ run }) => run !== id);
    field.onChange(on === 'none' ? others : [...others, { run: id, on }]);
  };
  return (
    <fieldset className={styles['after']}>
      <legend>{t('program.after')}</legend>
      {runs.map((run) => {
        const name = run.name ?? `${recipeName(t, run.recipe)} ${shortId(run)}`;
        return (
          <div key={run.id}>
            <span title={name}>{name}</span>
            <Select<Condition>
              label={t('program.after.of', { run: name })}
              value={field.value.find(({ run: id }) => id === run.id)?.on ?? 'none'}
              options={conditions.map((value) => ({ value, label: t(`program.after.${value}`) }))}
              onChange={(on) => set(run.id, on)}
              testId={`program-after-${run.id}`}
            />
          </div>
        );
      })}
    </fieldset>
  );
}

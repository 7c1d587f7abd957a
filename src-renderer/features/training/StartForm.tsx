import { useMemo, useRef, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { RecipeEntry } from '@shared/contract/recipes';
import { engineIds, isShippedRecipe, type EngineId } from '@shared/model/recipes';
import { paramsOf } from '@shared/studio/recipe-params';
import { useAsked } from '../../app/ask';
import { toRun } from '../../app/paths';
import { go } from '../../app/router';
import { toAppError, valueOf } from '../../data/loadable';
import { ignoreComposing } from '../../forms/use-zod-form';
import { ParamFields } from '../../forms/ParamFields';
import { fieldsOf } from '../../forms/params';
import { useParamsForm } from '../../forms/params-form';
import { formatMessage } from '../../i18n/format-message';
import { recipeName } from '../../i18n/run-names';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand, useStream } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { Copyable } from '../../ui/Copyable';
import { ErrorNote } from '../../ui/ErrorNote';
import { Field } from '../../ui/Field';
import { Select } from '../../ui/Select';

const NOTHING = {};
const newest = (_: readonly RecipeEntry[] | null, { recipes }: { readonly recipes: readonly RecipeEntry[] }): readonly RecipeEntry[] =>
  recipes;

interface Props {
  readonly onProgram: () => void;
}

/** Chooses a recipe, an engine and its numbers; a run that starts opens its own page. */
export function StartForm({ onProgram }: Props): ReactNode {
  const recipes = valueOf(useStream<'recipes.live', readonly RecipeEntry[]>('recipes.live', NOTHING, newest));
  const [first] = recipes ?? [];
  if (recipes === null || first === undefined) return <div className="start-form" aria-busy="true" />;
  return <StartFields recipes={recipes} first={first} onProgram={onProgram} />;
}

function StartFields({
  recipes,
  first,
  onProgram,
}: Props & { readonly recipes: readonly RecipeEntry[]; readonly first: RecipeEntry }): ReactNode {
  const { client } = useServices();
  const { t, format } = useTexts();
  const [chosenId, setChosenId] = useState(first.id);
  const [engine, setEngine] = useState<EngineId>(engineIds[0]);
  const [error, setError] = useState<AppError | null>(null);
  const engines = valueOf(useCommand('engines.list', {}).answer)?.engines ?? [];
  // One that was removed meanwhile is chosen no longer.
  const { id: recipe, recipe: document } = recipes.find(({ id }) => id === chosenId) ?? first;
  const specs = useMemo(() => paramsOf(document), [document]);
  const form = useParamsForm(specs);
  const busy = form.formState.isSubmitting;
  const chosen = engines.find((candidate) => candidate.id === engine);
  const unavailable = chosen !== undefined && !chosen.available;

  const start = form.handleSubmit(async ({ params }) => {
    setError(null);
    try {
      const { runId } = await client.call('runs.start', { recipe, engine, params });
      go(toRun(runId));
    } catch (failure) {
      setError(toAppError(failure));
    }
  });

  const element = useRef<HTMLFormElement>(null);
  useAsked('run.start', () => element.current?.querySelector<HTMLElement>('input, [role="combobox"]')?.focus());

  return (
    <form
      ref={element}
      className="start-form"
      onSubmit={(event) => void start(event)}
      onKeyDown={ignoreComposing}
      noValidate
      aria-labelledby="start-title"
    >
      <div className="page-head">
        <h2 id="start-title">{t('training.start.title')}</h2>
        <Button tone="quiet" icon="plus" onClick={onProgram} data-testid="new-program">
          {t('program.open')}
        </Button>
      </div>
      <Field label={t('training.start.recipe')} hint={isShippedRecipe(recipe) ? t(`recipe.${recipe}.about`) : document.about || undefined}>
        {({ id, describedBy }) => (
          <Select<string>
            id={id}
            describedBy={describedBy}
            value={recipe}
            options={recipes.map(({ id: value, recipe: one }) => ({
              value,
              label: isShippedRecipe(value) ? recipeName(t, value) : one.name,
            }))}
            onChange={(value) => {
              setChosenId(value);
              const next = recipes.find(({ id: one }) => one === value);
              if (next !== undefined) form.reset({ name: '', fields: fieldsOf(paramsOf(next.recipe), format) });
            }}
          />
        )}
      </Field>
      <Field
        label={t('training.start.engine')}
        hint={chosen?.available === true ? formatMessage(t, chosen.detail) : undefined}
        error={unavailable ? t('training.start.engineUnavailable') : null}
      >
        {({ id, describedBy }) => (
          <Select<EngineId>
            id={id}
            describedBy={describedBy}
            value={engine}
            options={engineIds.map((value) => {
              const available = engines.find((candidate) => candidate.id === value)?.available !== false;
              return {
                value,
                label: available ? t(`engine.${value}`) : t('training.start.engineNotHere', { engine: t(`engine.${value}`) }),
              };
            })}
            onChange={setEngine}
          />
        )}
      </Field>
      {unavailable ? (
        <div className="engine-repair">
          <p>{formatMessage(t, chosen.detail)}</p>
          {chosen.repair === null ? null : <Copyable text={formatMessage(t, chosen.repair)} />}
        </div>
      ) : null}
      {document.notice === null ? null : <p role="note">{t(`recipe.notice.${document.notice}`)}</p>}
      <ParamFields specs={specs} form={form} />
      {error ? <ErrorNote error={error} /> : null}
      <Button type="submit" tone="primary" disabled={busy || unavailable} data-testid="start-run">
        {busy ? t('training.start.busy') : t('training.start.button')}
      </Button>
    </form>
  );
}

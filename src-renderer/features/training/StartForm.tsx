import { useRef, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import { engineIds, isShippedRecipe, shippedRecipeIds, type EngineId } from '@shared/model/recipes';
import { paramsOf } from '@shared/studio/recipe-params';
import type { RecipeEntry } from '@shared/contract/recipes';
import type { ParamSpec } from '@shared/model/param';
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

/** Chooses a recipe, an engine and its numbers; a run that starts opens its own page. */
export function StartForm({ onProgram }: { readonly onProgram: () => void }): ReactNode {
  const { client } = useServices();
  const { t, format } = useTexts();
  const [recipe, setRecipe] = useState<RecipeId>(recipeIds[0]);
  const [engine, setEngine] = useState<EngineId>(recipes[recipeIds[0]].engines[0] ?? 'wasm');
  const [error, setError] = useState<AppError | null>(null);
  const engines = valueOf(useCommand('engines.list', {}).answer)?.engines ?? [];
  const def = recipes[recipe];
  const form = useParamsForm(def.params);
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
      <Field label={t('training.start.recipe')} hint={t(`recipe.${recipe}.about`)}>
        {({ id, describedBy }) => (
          <Select<RecipeId>
            id={id}
            describedBy={describedBy}
            value={recipe}
            options={recipeIds.map((value) => ({ value, label: t(`recipe.${value}.name`) }))}
            onChange={(value) => {
              setRecipe(value);
              const [first] = recipes[value].engines;
              if (first !== undefined && !recipes[value].engines.includes(engine)) setEngine(first);
              form.reset({ name: '', fields: fieldsOf(recipes[value].params, format) });
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
            options={def.engines.map((value) => {
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
      <ParamFields specs={def.params} form={form} />
      {error ? <ErrorNote error={error} /> : null}
      <Button type="submit" tone="primary" disabled={busy || unavailable} data-testid="start-run">
        {busy ? t('training.start.busy') : t('training.start.button')}
      </Button>
    </form>
  );
}

import { type ReactNode } from 'react';
import { isEngineId, type EngineId } from '@shared/model/recipes';
import { RECIPE_KIND, type Run } from '@shared/model/run';
import { toRun } from '../../app/paths';
import { go } from '../../app/router';
import { toAppError, valueOf } from '../../data/loadable';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { useToast } from '../../ui/Toasts';

const NOTHING = {};

/** Of a training that did not come to its end: goes on from its last checkpoint; where it failed, on another engine too. */
export function ResumeRun({ run }: { readonly run: Run }): ReactNode {
  if (run.kind !== RECIPE_KIND || (run.status !== 'failed' && run.status !== 'stopped')) return null;
  return <Resume run={run} />;
}

function Resume({ run }: { readonly run: Run }): ReactNode {
  const { client } = useServices();
  const { t } = useTexts();
  const toast = useToast();
  const engines = valueOf(useCommand('engines.list', NOTHING).answer)?.engines ?? [];
  const others = run.failure === null ? [] : engines.filter(({ id, available }) => available && id !== run.engine);
  const resume = (engine: EngineId | null): void => {
    client.call('runs.resume', { runId: run.id, engine }).then(
      ({ runId }) => go(toRun(runId)),
      (failure: unknown) => toast(({ t }) => errorText(t, toAppError(failure)), 'bad'),
    );
  };
  return (
    <>
      {isEngineId(run.engine) ? (
        <Button icon="refresh" tone="quiet" title={t('run.goOn.means')} onClick={() => resume(null)} data-testid="resume-run">
          {t('run.goOn')}
        </Button>
      ) : null}
      {others.map(({ id }) => (
        <Button key={id} icon="refresh" tone="quiet" title={t('run.goOn.means')} onClick={() => resume(id)}>
          {t('run.goOn.on', { engine: t(`engine.${id}`) })}
        </Button>
      ))}
    </>
  );
}

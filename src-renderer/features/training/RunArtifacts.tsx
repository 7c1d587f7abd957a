import { useEffect, type ReactNode } from 'react';
import type { Run } from '@shared/model/run';
import { toAppError } from '../../data/loadable';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand, useValue } from '../../rpc/hooks';
import { AgainButton } from '../../ui/AgainButton';
import { Button } from '../../ui/Button';
import { Copyable } from '../../ui/Copyable';
import { Skeleton } from '../../ui/Skeleton';
import { useToast } from '../../ui/Toasts';

/** Files that stand in the page; the folder has all. */
const SHOWN_MAX = 20;

/** What the run left in the folder for it: read when the page opens, when its status changes, and when asked. */
export function RunArtifacts({ run }: { readonly run: Run }): ReactNode {
  const { client, info } = useServices();
  const isDesktop = useValue(info)?.runtime === 'desktop';
  const toast = useToast();
  const { t, format } = useTexts();
  const asked = useCommand('runs.artifacts', { runId: run.id });
  const { answer, reload } = asked;
  useEffect(() => reload(), [reload, run.status]);
  const open = (): void => {
    client
      .call('runs.openFolder', { runId: run.id })
      .catch((failure: unknown) => toast(({ t }) => formatMessage(t, toAppError(failure).localized), 'bad'));
  };
  const size = (bytes: number): string => format.withUnit(format.quantity(bytes, 'B', 0));
  return (
    <section className="facts" aria-label={t('run.artifacts.title')} data-testid="run-artifacts">
      <h2>{t('run.artifacts.title')}</h2>
      {answer.state === 'failed' ? <p className="facts-note">{formatMessage(t, answer.error.localized)}</p> : null}
      {answer.state === 'loading' ? <Skeleton lines={2} /> : null}
      {answer.state === 'ready' ? (
        <>
          <p className="facts-note">
            {answer.value.count === 0
              ? t('run.artifacts.none')
              : t(answer.value.complete ? 'run.artifacts.sum' : 'run.artifacts.more', {
                  files: format.number(answer.value.count, 0),
                  size: size(answer.value.bytes),
                })}
          </p>
          {answer.value.files.length > 0 ? (
            <dl className="fact-list">
              {answer.value.files.slice(0, SHOWN_MAX).map(({ path, bytes }) => (
                <div key={path}>
                  <dt>{path}</dt>
                  <dd>{size(bytes)}</dd>
                </div>
              ))}
            </dl>
          ) : null}
          <Copyable text={answer.value.path} />
        </>
      ) : null}
      <span className="run-artifacts-actions">
        {isDesktop && answer.state === 'ready' && answer.value.count > 0 ? (
          <Button onClick={open} data-testid="open-folder">
            {t('run.artifacts.open')}
          </Button>
        ) : null}
        <AgainButton asked={asked} label={t('run.artifacts.reload')} look="quiet" />
      </span>
    </section>
  );
}

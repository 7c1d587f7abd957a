import { useCallback, useState, type ReactNode } from 'react';
import type { CollectorInfo, CollectorKindInfo } from '@shared/model/collector';
import type { StreamFrame } from '@shared/contract';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useStream, useValue } from '../../../rpc/hooks';
import { Button } from '../../../ui/Button';
import { EmptyState } from '../../../ui/EmptyState';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Skeleton } from '../../../ui/Skeleton';
import { RemoveSource } from './RemoveSource';
import { SourceDialog } from './SourceDialog';
import { SourceTable } from './SourceTable';

const NOTHING = {};
const newest = <F,>(_: F | null, frame: F): F => frame;

type Open = { readonly what: 'add' } | { readonly what: 'edit' | 'remove'; readonly id: string } | null;

/** What is read and how it goes; feeds are added, changed and removed here while all goes on. */
export function SourcesPage(): ReactNode {
  const { t } = useTexts();
  const info = useValue(useServices().info);
  const live = useStream<'collectors.live', StreamFrame<'collectors.live'>>('collectors.live', NOTHING, newest);
  const [open, setOpen] = useState<Open>(null);
  const edit = useCallback((id: string) => setOpen({ what: 'edit', id }), []);
  const remove = useCallback((id: string) => setOpen({ what: 'remove', id }), []);
  if (live.state === 'failed') return <ErrorNote error={live.error} onRetry={live.resume} />;
  if (live.state === 'loading') return <Skeleton lines={8} />;
  const { kinds, collectors } = live.value;
  if (info !== null && info.scenario !== null)
    return (
      <EmptyState icon="live" title={t('sources.simulated')}>
        {t('sources.simulated.step')}
      </EmptyState>
    );
  const feedKinds = kinds.filter(({ isFeed }) => isFeed);
  const isFeed = ({ kind }: CollectorInfo): boolean => feedKinds.some(({ id }) => id === kind);
  const feeds = collectors.filter(isFeed);
  const close = (): void => setOpen(null);
  const opened = open === null || open.what === 'add' ? undefined : collectors.find(({ id }) => id === open.id);
  const kindOf = (source: CollectorInfo): CollectorKindInfo | undefined => kinds.find(({ id }) => id === source.kind);
  const table = (id: string, own: readonly CollectorInfo[], name: string): ReactNode => (
    <SourceTable id={id} name={name} sources={own} kinds={kinds} onEdit={edit} onRemove={remove} />
  );
  return (
    <>
      <section className="setting-section" aria-label={t('sources.feeds')}>
        <div className="toolbar">
          <h2>{t('sources.feeds')}</h2>
          <span className="toolbar-hint">{t('sources.feeds.note')}</span>
          <div className="toolbar-end">
            <Button tone="primary" icon="plus" onClick={() => setOpen({ what: 'add' })} data-testid="source-add">
              {t('sources.add')}
            </Button>
          </div>
        </div>
        {feeds.length === 0 ? (
          <EmptyState icon="live" title={t('sources.none')}>
            {t('sources.none.step')}
          </EmptyState>
        ) : (
          table('feeds', feeds, t('sources.feeds'))
        )}
      </section>
      <section className="setting-section" aria-label={t('sources.machine')}>
        <div className="toolbar">
          <h2>{t('sources.machine')}</h2>
          <span className="toolbar-hint">{t('sources.machine.note')}</span>
        </div>
        {table(
          'sources',
          collectors.filter((one) => !isFeed(one)),
          t('sources.machine'),
        )}
      </section>
      {open?.what === 'add' ? <SourceDialog kinds={feedKinds} source={null} onClose={close} /> : null}
      {open?.what === 'edit' && opened ? (
        <SourceDialog kinds={[kindOf(opened)].filter((kind) => kind !== undefined)} source={opened} onClose={close} />
      ) : null}
      {open?.what === 'remove' && opened ? <RemoveSource source={opened} onClose={close} /> : null}
    </>
  );
}

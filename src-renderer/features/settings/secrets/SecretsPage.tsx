import { useState, type ReactNode } from 'react';
import type { StreamFrame } from '@shared/contract';
import { useTexts } from '../../../i18n/use-texts';
import { useStream } from '../../../rpc/hooks';
import { Button } from '../../../ui/Button';
import { EmptyState } from '../../../ui/EmptyState';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Skeleton } from '../../../ui/Skeleton';
import { KeepingNote } from './KeepingNote';
import { RemoveSecret } from './RemoveSecret';
import { SecretDialog } from './SecretDialog';
import { SecretTable } from './SecretTable';

const NOTHING = {};
const newest = <F,>(_: F | null, frame: F): F => frame;

type Open = { readonly what: 'add' } | { readonly what: 'replace' | 'remove'; readonly id: string } | null;

/** Credentials by their names: where they are kept, and what uses each. No value is ever shown. */
export function SecretsPage(): ReactNode {
  const { t } = useTexts();
  const live = useStream<'secrets.live', StreamFrame<'secrets.live'>>('secrets.live', NOTHING, newest);
  const [open, setOpen] = useState<Open>(null);
  if (live.state === 'failed') return <ErrorNote error={live.error} onRetry={live.resume} />;
  if (live.state === 'loading') return <Skeleton lines={4} />;
  const { secrets, keeping } = live.value;
  const close = (): void => setOpen(null);
  const opened = open === null || open.what === 'add' ? undefined : secrets.find(({ id }) => id === open.id);
  const canKeep = keeping !== null && keeping.state !== 'failing';
  return (
    <section className="setting-section" aria-label={t('settings.page.secrets')}>
      <KeepingNote keeping={keeping} />
      <div className="toolbar">
        <h2>{t('secrets.kept')}</h2>
        <div className="toolbar-end">
          <Button tone="primary" icon="plus" disabled={!canKeep} onClick={() => setOpen({ what: 'add' })} data-testid="secret-add">
            {t('secrets.add')}
          </Button>
        </div>
      </div>
      {secrets.length === 0 ? (
        <EmptyState icon="check" title={t('secrets.none')}>
          {t('secrets.none.step')}
        </EmptyState>
      ) : (
        <SecretTable
          secrets={secrets}
          canKeep={canKeep}
          onReplace={(id) => setOpen({ what: 'replace', id })}
          onRemove={(id) => setOpen({ what: 'remove', id })}
        />
      )}
      {open?.what === 'add' ? <SecretDialog secrets={secrets} id={null} onClose={close} /> : null}
      {open?.what === 'replace' && opened ? <SecretDialog secrets={secrets} id={opened.id} onClose={close} /> : null}
      {open?.what === 'remove' && opened ? <RemoveSecret secret={opened} onClose={close} /> : null}
    </section>
  );
}

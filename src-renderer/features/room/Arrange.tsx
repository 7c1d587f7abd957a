import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import { pathOf, type DeviceTree, type TreeNode, type TreeOperation } from '@shared/model/device-tree';
import { toAppError } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { PlaceForm } from './PlaceForm';
import './arrange.css';

interface ArrangeProps {
  readonly tree: DeviceTree;
  readonly lead: ReactNode;
}

interface Refused {
  readonly error: AppError;
  readonly operations: readonly TreeOperation[];
}

/** The room's places as a list to be named, moved and added to. Every change goes to the core at once, all of it or nothing. */
export function Arrange({ tree, lead }: ArrangeProps): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const [selected, setSelected] = useState<string | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);
  const place = tree.places.find(({ id }) => id === selected) ?? tree.places[0];

  const edit = async (operations: readonly TreeOperation[], revision: number): Promise<DeviceTree | null> => {
    setBusy(true);
    try {
      const edited = await client.call('tree.edit', { revision, operations: [...operations] });
      setRefused(null);
      return edited;
    } catch (error) {
      setRefused({ error: toAppError(error), operations });
      return null;
    } finally {
      setBusy(false);
    }
  };
  const select = (id: string): void => {
    setSelected(id);
    setRefused(null);
  };

  return (
    <section className="arrange" aria-label={t('rooms.title')} data-testid="arrange">
      <div className="toolbar">
        {lead}
        <span className="toolbar-hint">{t('rooms.note')}</span>
      </div>
      <div className="arrange-body">
        <div className="arrange-list">
          <ul aria-label={t('rooms.places')}>
            {tree.places.map((entry) => (
              <li key={entry.id}>
                <button
                  type="button"
                  className="place-row"
                  style={{ paddingLeft: 8 + depthOf(tree.places, entry) * 18 }}
                  aria-current={entry.id === place?.id || undefined}
                  onClick={() => select(entry.id)}
                  data-place={entry.id}
                >
                  <span className="place-kind">{t(`rooms.kind.${entry.kind}`)}</span>
                  <span className="place-name">{entry.name}</span>
                  <span className="place-note">{unitsOf(entry)}</span>
                </button>
              </li>
            ))}
          </ul>
          <Button
            icon="plus"
            waiting={busy}
            onClick={() => void edit([{ op: 'add', kind: 'hall', parent: null, name: t('rooms.new.hall') }], tree.revision)}
          >
            {t('rooms.add.hall')}
          </Button>
        </div>
        <div className="arrange-form">
          {refused ? (
            <>
              <ErrorNote
                error={refused.error}
                {...(refused.error.code === 'conflict' ? { onRetry: () => void edit(refused.operations, tree.revision) } : {})}
              />
              {refused.error.code === 'conflict' ? <p className="section-note">{t('rooms.conflict')}</p> : null}
            </>
          ) : null}
          {place ? (
            <PlaceForm key={place.id} tree={tree} place={place} busy={busy} onEdit={edit} />
          ) : (
            <EmptyState icon="room" title={t('map.empty')}>
              {t('map.empty.step')}
            </EmptyState>
          )}
        </div>
      </div>
    </section>
  );

  function unitsOf({ kind, unit, heightU }: TreeNode): string {
    if (kind === 'rack' && heightU !== null) return t('rooms.units.height', { height: heightU });
    if (kind === 'node' && unit !== null) return t('rooms.units.at', { from: unit, to: unit + (heightU ?? 1) - 1 });
    return '';
  }
}

function depthOf(places: readonly TreeNode[], place: TreeNode): number {
  if (place.kind === 'node') return pathOf(places, place.id).length - 1;
  let depth = 0;
  for (let above = place.parent; above !== null; depth += 1) above = places.find(({ id }) => id === above)?.parent ?? null;
  return depth;
}

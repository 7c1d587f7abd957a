import { useCallback, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import { editHolds, type EditHolds, type PowerTree, type PowerTreeOperation, type PowerTreeState } from '@shared/model/power-tree';
import { toSettings } from '../../app/paths';
import { toAppError } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import { Skeleton } from '../../ui/Skeleton';
import { Segmented } from '../../ui/Field';
import { Trouble } from '../../ui/StreamNote';
import { EnergyFlow } from './EnergyFlow';
import { Fits } from './Fits';
import { FacilityNote } from './FacilityNote';
import { PlaceEditor } from './PlaceEditor';
import { Proposals } from './Proposals';
import { PueTable } from './PueTable';
import { TreeTable } from './TreeTable';
import styles from './energy.module.css';

const NOTHING = {};
const newest = <F,>(_: F | null, frame: F): F => frame;

/** From the grid to the equipment: what feeds what, where the meters stand, what they come to, and the PUE of it. */
export function EnergyPage(): ReactNode {
  const { t } = useTexts();
  const tree = useStream<'powerTree.live', PowerTree>('powerTree.live', NOTHING, newest);
  const state = useStream<'powerTree.state', PowerTreeState>('powerTree.state', NOTHING, newest);
  return (
    <div className={styles.page} data-testid="energy">
      <div className="page-head">
        <h1>{t('energy.title')}</h1>
        <span className="page-note">{t('energy.note')}</span>
      </div>
      <Trouble of={tree} />
      <Trouble of={state} />
      {tree.state === 'loading' ? <Skeleton lines={8} /> : null}
      {tree.state === 'ready' ? <Tree tree={tree.value} state={state.state === 'ready' ? state.value : null} /> : null}
      <PueTable />
      <Fits state={state.state === 'ready' ? state.value : null} />
    </div>
  );
}

function Tree({ tree, state }: { readonly tree: PowerTree; readonly state: PowerTreeState | null }): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const [selected, setSelected] = useState<string | null>(null);
  const [refused, setRefused] = useState<AppError | null>(null);
  const [busy, setBusy] = useState(false);
  const [holds, setHolds] = useState<EditHolds>('now');
  const edit = useCallback(
    async (...operations: readonly PowerTreeOperation[]): Promise<boolean> => {
      setBusy(true);
      try {
        const edited = await client.call('powerTree.edit', { revision: tree.revision, operations: [...operations], holds });
        setRefused(null);
        // What was just added is what one wants to go on with.
        const added = edited.places.find(({ id }) => !tree.places.some((place) => place.id === id));
        if (added) setSelected(added.id);
        return true;
      } catch (error) {
        setRefused(toAppError(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [client, tree, holds],
  );
  const place = tree.places.find(({ id }) => id === selected) ?? tree.places[0];
  const addSupply = (
    <Button
      tone="primary"
      icon="plus"
      disabled={busy}
      onClick={() => void edit({ op: 'add', kind: 'utility', parent: null, name: t('energy.new.utility'), device: null })}
      data-testid="energy-first"
    >
      {t('energy.add.supply')}
    </Button>
  );
  return (
    <>
      {refused === null ? null : <ErrorNote error={refused} />}
      {place === undefined ? (
        <div className={styles.empty}>
          <EmptyState icon="energy" title={t('energy.empty')} action={addSupply}>
            {t('energy.empty.step')} <a href={toSettings('sources')}>{t('energy.addMeter')}</a>
          </EmptyState>
        </div>
      ) : (
        <>
          {state === null ? null : <FacilityNote tree={tree} state={state} />}
          {tree.places.some(({ meters }) => meters.length > 0) ? (
            <div className={styles.holds}>
              <span className={styles.kind}>{t('energy.holds')}</span>
              <Segmented
                label={t('energy.holds')}
                value={holds}
                options={editHolds.map((value) => ({ value, label: t(`energy.holds.${value}`) }))}
                onChange={setHolds}
              />
            </div>
          ) : null}
          <div className={styles.columns}>
            <TreeTable tree={tree} state={state} selected={place.id} onSelect={setSelected} onEdit={edit} />
            <PlaceEditor key={place.id} tree={tree} place={place} meters={state?.meters ?? []} busy={busy} onEdit={edit} />
          </div>
        </>
      )}
      {state === null ? null : <Proposals tree={tree} meters={state.meters} busy={busy} onEdit={edit} />}
      {state === null || place === undefined ? null : <EnergyFlow tree={tree} state={state} />}
    </>
  );
}

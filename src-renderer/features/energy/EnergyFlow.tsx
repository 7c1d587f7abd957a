import type { ReactNode } from 'react';
import type { PowerTree, PowerTreeState } from '@shared/model/power-tree';
import { TreeFlow, useTreeFlow } from '../../charts/flow/TreeFlow';
import styles from './energy.module.css';

/** Where the power of the tree goes at this moment. */
export function EnergyFlow({ tree, state }: { readonly tree: PowerTree; readonly state: PowerTreeState }): ReactNode {
  const graph = useTreeFlow(tree, state.places);
  if (graph === null || graph.links.length === 0) return null;
  return (
    <div className={styles.flow}>
      <TreeFlow graph={graph} atMs={state.atMs} testId="energy-flow" />
    </div>
  );
}

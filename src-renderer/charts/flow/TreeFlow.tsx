import { useMemo, type ReactNode } from 'react';
import type { PowerPlaceKind, PowerPlaceState, PowerTree } from '@shared/model/power-tree';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { EChart } from '../echart/EChart';
import { flowPicture, type FlowPictureGraph } from './flow-picture';
import { flowTable } from './flow-table';
import { suppliedW, treeFlow } from './tree-flow';

/** The tree's flows in the words of the language. */
export function useTreeFlow(tree: PowerTree | null, states: readonly PowerPlaceState[] | null): FlowPictureGraph | null {
  const { t } = useTexts();
  return useMemo(() => (tree === null || states === null ? null : treeFlow(tree.places, states, namesOf(t))), [t, tree, states]);
}

function namesOf(t: Texts['t']): Parameters<typeof treeFlow>[2] {
  const ways: Readonly<Partial<Record<PowerPlaceKind, 'charging' | 'export' | 'drawing'>>> = {
    battery: 'charging',
    utility: 'export',
    solar: 'drawing',
    generator: 'drawing',
  };
  return {
    bus: t('energy.flow.bus'),
    loss: t('energy.flow.loss'),
    lossAndRest: t('energy.flow.losses'),
    unexplained: t('energy.column.unexplained'),
    surplus: t('energy.flow.surplus'),
    outside: t('energy.flow.outside'),
    back: (kind, name) => t(`energy.flow.${ways[kind] ?? 'feedingBack'}`, { name }),
  };
}

interface TreeFlowProps {
  readonly graph: FlowPictureGraph;
  readonly atMs: number;
  /** Over a time: how long it is. */
  readonly spanMs?: number | null;
  readonly note?: ReactNode;
  readonly testId: string;
}

/** Where the power of the tree goes, with what nothing explains: as a picture and as a table. */
export function TreeFlow({ graph, atMs, spanMs = null, note, testId }: TreeFlowProps): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const draw = useMemo(() => flowPicture(texts, graph), [texts, graph]);
  const table = useMemo(() => flowTable(texts, graph, suppliedW(graph), spanMs), [texts, graph, spanMs]);
  return (
    <EChart
      title={t(spanMs === null ? 'energy.flow' : 'energy.flow.mean')}
      unit="W"
      note={note}
      draw={draw}
      table={table}
      fileName={`coldaisle-power-tree-${format.dateTime(atMs).replace(/[^\p{L}\p{N}]+/gu, '-')}`}
      testId={testId}
    />
  );
}

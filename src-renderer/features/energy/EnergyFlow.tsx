import { useMemo, type ReactNode } from 'react';
import { isSource, type PowerTree, type PowerTreeState } from '@shared/model/power-tree';
import type { Provenance } from '@shared/model/provenance';
import { EChart } from '../../charts/echart/EChart';
import type { DrawPicture, PictureTable } from '../../charts/echart/types';
import { useTexts, type Texts } from '../../i18n/use-texts';
import styles from './energy.module.css';

interface Edge {
  readonly source: string;
  readonly target: string;
  readonly label: string;
  readonly powerW: number;
  readonly provenance: Provenance;
}

/** Where the power of the tree goes at this moment, with what nothing explains. */
export function EnergyFlow({ tree, state }: { readonly tree: PowerTree; readonly state: PowerTreeState }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const edges = useMemo(() => edgesOf(texts, tree, state), [texts, tree, state]);
  const draw = useMemo(() => picture(texts, tree, edges), [texts, tree, edges]);
  const table = useMemo(() => tableOf(texts, tree, edges), [texts, tree, edges]);
  if (edges.length === 0) return null;
  return (
    <div className={styles.flow}>
      <EChart
        title={t('energy.flow')}
        unit="W"
        draw={draw}
        table={table}
        fileName={`coldaisle-power-tree-${format.dateTime(state.atMs).replace(/[^\p{L}\p{N}]+/gu, '-')}`}
        testId="energy-flow"
      />
    </div>
  );
}

function edgesOf({ t }: Texts, { places }: PowerTree, state: PowerTreeState): Edge[] {
  return places.flatMap((place): Edge[] => {
    const now = state.places.find(({ id }) => id === place.id);
    if (now === undefined) return [];
    const { value, provenance } = now.inputW;
    const own: Edge[] =
      place.parent === null || isSource(place.kind) || value === null || value <= 0
        ? []
        : [{ source: place.parent, target: place.id, label: place.name, powerW: value, provenance }];
    const left = now.unexplainedW;
    if (left === null || left.value === null || left.value <= 0) return own;
    // The curve tells how much of it is the place's own loss; only what is beyond is unexplained.
    const lossW = now.holdsLosses && now.fittedW !== null ? Math.min(left.value, now.fittedW.value ?? 0) : 0;
    if (lossW > 0)
      own.push({ source: place.id, target: `${place.id} loss rest`, label: t('energy.flow.loss'), powerW: lossW, provenance: 'modelled' });
    if (left.value > lossW)
      own.push({
        source: place.id,
        target: `${place.id} rest`,
        label: t(now.holdsLosses && lossW === 0 ? 'energy.flow.losses' : 'energy.column.unexplained'),
        powerW: left.value - lossW,
        provenance: left.provenance,
      });
    return own;
  });
}

function picture({ format }: Texts, { places }: PowerTree, edges: readonly Edge[]): DrawPicture {
  const watts = (value: number): string => format.withUnit(format.quantity(value, 'W', 1));
  const names = new Map<string, string>([
    ...places.map(({ id, name }) => [id, name] as const),
    ...edges.map(({ target, label }) => [target, label] as const),
  ]);
  const ids = [...new Set(edges.flatMap(({ source, target }) => [source, target]))];
  const through = (id: string): number => {
    const sum = (of: 'source' | 'target'): number => edges.reduce((total, edge) => total + (edge[of] === id ? edge.powerW : 0), 0);
    return Math.max(sum('source'), sum('target'));
  };
  return (theme) => {
    const text = { color: theme.strongText, fontFamily: theme.font, fontSize: theme.fontSize + 1 };
    return {
      // It would begin anew with each second's figures.
      animation: false,
      series: [
        {
          id: 'energy',
          type: 'sankey',
          left: 12,
          right: 180,
          top: 14,
          bottom: 14,
          nodeAlign: 'left',
          nodeWidth: 12,
          nodeGap: 16,
          draggable: false,
          // As given: a live picture whose parts change places each second cannot be read.
          layoutIterations: 0,
          emphasis: { focus: 'adjacency' },
          data: ids.map((id) => ({
            name: id,
            itemStyle: { color: theme.series[id.endsWith(' rest') ? 8 : 1], borderWidth: 0 },
            label: { formatter: `${(names.get(id) ?? id).replace(/[{}|]/g, ' ')}\n${watts(through(id))}` },
          })),
          links: edges.map(({ source, target, powerW, provenance }) => ({
            source,
            target,
            value: powerW,
            lineStyle: { color: theme.series[target.endsWith(' rest') ? 8 : 1], opacity: provenance === 'modelled' ? 0.18 : 0.4 },
          })),
          lineStyle: { curveness: 0.5 },
          label: { ...text, position: 'right', distance: 7, width: 160, overflow: 'truncate' },
        },
      ],
    };
  };
}

function tableOf({ t, format }: Texts, { places }: PowerTree, edges: readonly Edge[]): PictureTable {
  return {
    columns: [
      { id: 'from', label: t('room.flow.from') },
      { id: 'to', label: t('room.flow.to') },
      { id: 'power', label: t('room.flow.power'), isNumber: true },
    ],
    rows: edges.map(({ source, target, label, powerW }) => ({
      id: `${source} ${target}`,
      cells: [places.find(({ id }) => id === source)?.name ?? source, label, format.withUnit(format.quantity(powerW, 'W', 1))],
    })),
  };
}

import { isMetered, type Provenance } from '@shared/model/provenance';
import type { DrawPicture } from '../echart/types';
import type { ChartTheme, SeriesColour } from '../theme';
import type { Texts } from '../../i18n/use-texts';

/** What a node of the picture is; `back` is where power goes against its usual way, `rest` what nothing explains. */
export type FlowKind = 'supply' | 'part' | 'infrastructure' | 'run' | 'other' | 'idle' | 'back' | 'rest';

export interface FlowNode {
  readonly id: string;
  readonly kind: FlowKind;
  readonly label: string;
  readonly powerW: number;
  readonly provenance: Provenance;
  /** The column it stands in; left out = by what flows into it. */
  readonly depth?: number;
}

export interface FlowLink {
  readonly source: string;
  readonly target: string;
  readonly powerW: number;
  readonly provenance: Provenance;
  readonly allocated: boolean;
}

export interface FlowPictureGraph {
  readonly nodes: readonly FlowNode[];
  readonly links: readonly FlowLink[];
}

const colours: Readonly<Record<FlowKind, SeriesColour>> = {
  supply: 7,
  part: 1,
  infrastructure: 2,
  run: 4,
  other: 3,
  idle: 8,
  back: 5,
  rest: 8,
};

/** As the window's own marks: the further from a meter, the emptier. */
const marks: Readonly<Record<Provenance, string>> = { measured: '●', derived: '◐', modelled: '○', simulated: '◌', unconfirmed: '⊗' };

const isModelled = (provenance: Provenance): boolean => !isMetered(provenance);

/** Widest text beside a node, as a share of the picture's width, px at most. */
const LABEL_SHARE = 0.2;
const LABEL_MOST_PX = 260;
/** Of many columns each has so much of the width for its text, together. */
const COLUMNS_SHARE = 0.75;

/** The graph as a Sankey: what is modelled is hollow and pale, what is metered full. */
export function flowPicture({ format }: Texts, { nodes, links }: FlowPictureGraph): DrawPicture {
  const watts = (value: number): string => format.withUnit(format.quantity(value, 'W', 1));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const columns = columnsOf(links);
  return (theme, { width, height }) => {
    const labelPx = Math.min(LABEL_MOST_PX, width * Math.min(LABEL_SHARE, COLUMNS_SHARE / columns));
    const text = { color: theme.strongText, fontFamily: theme.font, fontSize: theme.fontSize + 2 };
    return {
      // It would begin anew with each second's figures.
      animation: false,
      tooltip: {
        trigger: 'item',
        // Drawn on the canvas: the page's policy lets no style into what is written as HTML.
        renderMode: 'richText',
        backgroundColor: theme.surface,
        borderColor: theme.line,
        textStyle: text,
        formatter: (params) => {
          const { dataType, data } = params as {
            dataType?: string;
            data?: { name?: string; source?: string; target?: string; value?: number };
          };
          if (dataType === 'edge') {
            const ends = [data?.source, data?.target].map((id) => byId.get(id ?? '')?.label ?? '');
            return `${ends.join(' → ')}\n${watts(data?.value ?? 0)}`;
          }
          const node = byId.get(data?.name ?? '');
          return node ? `${node.label}\n${marks[node.provenance]} ${watts(node.powerW)}` : '';
        },
      },
      series: [
        {
          id: 'flow',
          type: 'sankey',
          left: 12,
          right: labelPx + 16,
          top: 14,
          bottom: 14,
          nodeWidth: 12,
          nodeGap: Math.max(8, Math.min(26, height / 22)),
          nodeAlign: 'left',
          draggable: false,
          // As given: a live picture whose parts change places each second cannot be read.
          layoutIterations: 0,
          emphasis: { focus: 'adjacency' },
          data: nodes.map((node) => ({
            name: node.id,
            ...(node.depth === undefined ? {} : { depth: node.depth }),
            itemStyle: nodeStyle(theme, node.kind, node.provenance),
            label: { formatter: `{name|${escaped(node.label)}}\n{value|${marks[node.provenance]} ${watts(node.powerW)}}` },
          })),
          links: links.map(({ source, target, powerW, provenance }) => ({
            source,
            target,
            value: powerW,
            lineStyle: { color: theme.series[colours[byId.get(target)?.kind ?? 'part']], opacity: isModelled(provenance) ? 0.18 : 0.42 },
          })),
          lineStyle: { curveness: 0.5 },
          label: {
            position: 'right',
            distance: 7,
            width: labelPx,
            overflow: 'truncate',
            rich: {
              name: { ...text, lineHeight: theme.fontSize + 7, width: labelPx, overflow: 'truncate' },
              value: { ...text, fontWeight: 600, lineHeight: theme.fontSize + 7 },
            },
          },
        },
      ],
    };
  };
}

function nodeStyle(theme: ChartTheme, kind: FlowKind, provenance: Provenance): object {
  const colour = theme.series[colours[kind]];
  return isModelled(provenance)
    ? { color: theme.surface, borderColor: colour, borderWidth: 1.5, borderType: 'dashed' }
    : { color: colour, borderColor: colour, borderWidth: 1.5 };
}

/** Braces and bars mark styles in a label. */
const escaped = (label: string): string => label.replace(/[{}|]/g, ' ');

/** How many columns the longest way from a source takes. */
function columnsOf(links: readonly FlowLink[]): number {
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const depth = links.reduce((most, { source, target }) => (target === id ? Math.max(most, depthOf(source) + 1) : most), 1);
    depths.set(id, depth);
    return depth;
  };
  return links.reduce((most, { target }) => Math.max(most, depthOf(target)), 1);
}

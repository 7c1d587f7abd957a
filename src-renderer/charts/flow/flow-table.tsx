import { ProvenanceBadge } from '../../ui/Provenance';
import type { Texts } from '../../i18n/use-texts';
import type { PictureTable } from '../echart/types';
import type { FlowPictureGraph } from './flow-picture';

/**
 * The picture's flows as rows.
 * @param totalW what a share is of
 * @param spanMs over a time: how long it is, to tell the energies, too
 */
export function flowTable(
  { t, format }: Texts,
  { nodes, links }: FlowPictureGraph,
  totalW: number,
  spanMs: number | null = null,
): PictureTable {
  const label = new Map(nodes.map((node) => [node.id, node.label]));
  return {
    columns: [
      { id: 'from', label: t('room.flow.from') },
      { id: 'to', label: t('room.flow.to') },
      { id: 'power', label: t('room.flow.power'), isNumber: true },
      { id: 'share', label: t('room.flow.share'), isNumber: true },
      ...(spanMs === null ? [] : [{ id: 'energy', label: t('room.flow.energy'), isNumber: true }]),
      { id: 'provenance', label: t('room.flow.provenance') },
    ],
    rows: links.map(({ source, target, powerW, provenance, allocated }) => ({
      id: `${source} ${target}`,
      cells: [
        label.get(source),
        label.get(target),
        format.withUnit(format.quantity(powerW, 'W', 1)),
        format.percent(totalW > 0 ? powerW / totalW : null, 1),
        ...(spanMs === null ? [] : [format.withUnit(format.quantity((powerW * spanMs) / 1000, 'J', 1))]),
        <>
          <ProvenanceBadge provenance={provenance} />
          {allocated ? <span className="flow-allocated"> {t('room.flow.allocated')}</span> : null}
        </>,
      ],
    })),
  };
}

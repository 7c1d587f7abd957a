import { ProvenanceBadge } from '../../ui/Provenance';
import type { Texts } from '../../i18n/use-texts';
import type { DataColumn } from '../../ui/table/columns';
import { pictureTable, type PictureTable } from '../echart/picture-table';
import type { FlowPictureGraph } from './flow-picture';

type Link = FlowPictureGraph['links'][number];

/**
 * The picture's flows as rows.
 * @param totalW what a share is of
 * @param spanMs over a time: how long it is, to tell the energies, too
 */
export function flowTable(texts: Texts, { nodes, links }: FlowPictureGraph, totalW: number, spanMs: number | null = null): PictureTable {
  const { t, format } = texts;
  const label = new Map(nodes.map((node) => [node.id, node.label]));
  const shareOf = ({ powerW }: Link): number | null => (totalW > 0 ? powerW / totalW : null);
  const energyJ = ({ powerW }: Link, overMs: number): number => (powerW * overMs) / 1000;
  const columns: DataColumn<Link>[] = [
    { id: 'from', name: t('room.flow.from'), role: 'head', value: ({ source }) => label.get(source) ?? null },
    { id: 'to', name: t('room.flow.to'), value: ({ target }) => label.get(target) ?? null },
    {
      id: 'power',
      name: t('room.flow.power'),
      valueUnit: 'W',
      isNumber: true,
      value: ({ powerW }) => powerW,
      text: ({ powerW }) => format.withUnit(format.quantity(powerW, 'W', 1)),
    },
    {
      id: 'share',
      name: t('room.flow.share'),
      isNumber: true,
      value: shareOf,
      text: (link) => format.percent(shareOf(link), 1),
    },
    ...(spanMs === null
      ? []
      : [
          {
            id: 'energy',
            name: t('room.flow.energy'),
            valueUnit: 'J',
            isNumber: true,
            value: (link: Link) => energyJ(link, spanMs),
            text: (link: Link) => format.withUnit(format.quantity(energyJ(link, spanMs), 'J', 1)),
          },
        ]),
    {
      id: 'provenance',
      name: t('room.flow.provenance'),
      value: ({ provenance, allocated }) => `${t(`provenance.${provenance}`)}${allocated ? ` ${t('room.flow.allocated')}` : ''}`,
      cell: ({ provenance, allocated }) => (
        <>
          <ProvenanceBadge provenance={provenance} />
          {allocated ? <span className="flow-allocated"> {t('room.flow.allocated')}</span> : null}
        </>
      ),
    },
  ];
  return pictureTable({ id: 'power-flow', columns, rows: links, rowId: ({ source, target }) => `${source} ${target}` });
}

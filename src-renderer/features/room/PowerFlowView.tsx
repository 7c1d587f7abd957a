import { useCallback, useMemo, type ReactNode } from 'react';
import type { TreeNode } from '@shared/model/device-tree';
import type { PowerFlow } from '@shared/model/power-flow';
import { toDevice, toPage, toRun } from '../../app/paths';
import { go } from '../../app/router';
import { EChart } from '../../charts/echart/EChart';
import type { PictureTable } from '../../charts/echart/types';
import { partName } from '../../data/part-name';
import { recipeName } from '../../i18n/run-names';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream, useValue } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { ProvenanceBadge } from '../../ui/Provenance';
import { Trouble } from '../../ui/StreamNote';
import { flowGraph, type FlowGraph, type FlowNames } from './flow-graph';
import { flowPicture } from './flow-picture';

const NOTHING = {};
const NO_PLACES: readonly TreeNode[] = [];
const newest = (_: PowerFlow | null, flow: PowerFlow): PowerFlow => flow;
/** More names than this are counted. */
const NAMED = 6;

/** Where the room's power goes, live: from the supply by its parts to the runs. */
export function PowerFlowView({ lead }: { readonly lead: ReactNode }): ReactNode {
  const { t } = useTexts();
  const flow = useStream('energy.flow', NOTHING, newest);
  return (
    <section className="axis" aria-label={t('room.flow.title')} data-testid="power-flow">
      <div className="toolbar">
        {lead}
        <span className="toolbar-end">
          <span className="toolbar-hint">{t('room.flow.note')}</span>
        </span>
      </div>
      <Trouble of={flow} />
      {flow.state === 'loading' ? (
        <EmptyState icon="room" title={t('room.flow.wait')}>
          {null}
        </EmptyState>
      ) : null}
      {flow.state === 'ready' ? <Flow flow={flow.value} /> : null}
    </section>
  );
}

function Flow({ flow }: { readonly flow: PowerFlow }): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const services = useServices();
  const runs = useValue(services.runs);
  const places = useValue(services.tree)?.places ?? NO_PLACES;
  const names = useMemo((): FlowNames => {
    const byId = new Map((runs ?? []).map((run) => [run.id, run]));
    return {
      supply: { facility: t('room.flow.facility'), it: t('room.flow.it'), known: t('room.flow.known') },
      host: t('room.parts.host'),
      infrastructure: t('room.flow.infrastructure'),
      idle: t('room.flow.idle'),
      other: t('room.flow.other'),
      run: (runId) => {
        const run = byId.get(runId);
        const id = runId.slice(0, 8);
        return run ? t('room.flow.run', { name: run.name ?? recipeName(t, run.recipe, 'short'), id }) : id;
      },
      place: ({ kind, name }) => t(`room.parts.place.${kind}`, { name }),
      several: (label, count) => t('room.parts.several', { label, count }),
      restParts: (count) => t('room.flow.rest', { count }),
      restRuns: (count) => t('room.flow.runs', { count }),
    };
  }, [t, runs]);
  const graph = useMemo(() => flowGraph(flow, names, places), [flow, names, places]);
  const draw = useMemo(() => flowPicture(texts, graph), [texts, graph]);
  const table = useMemo(() => flowTable(texts, graph), [texts, graph]);
  const pick = useCallback(
    (id: string): void => {
      const node = graph.nodes.find((entry) => entry.id === id);
      if (node?.runId) go(toRun(node.runId));
      else if (node?.device) go(toDevice(node.device));
    },
    [graph],
  );
  if (graph.nodes.length === 0)
    return (
      <EmptyState icon="room" title={t('room.flow.none')}>
        <a href={toPage('doctor')}>{t('room.axis.empty.doctor')}</a>
      </EmptyState>
    );
  const supply = graph.nodes[0];
  const withheldBecause = flow.facilityPowerW.withheld ?? flow.infrastructureW.withheld;
  return (
    <EChart
      title={t('room.flow.title')}
      unit="W"
      note={
        <span className="flow-note" data-testid="flow-note">
          {supply ? <ProvenanceBadge provenance={supply.provenance} /> : null}
          {withheldBecause === null ? null : (
            <span className="flow-missing">{t('room.flow.noFacility', { why: t(`withheld.${withheldBecause}`) })}</span>
          )}
          {graph.silent.length === 0 ? null : (
            <span className="flow-missing">
              {t('room.flow.silent', {
                names: [
                  ...graph.silent.slice(0, NAMED).map(partName),
                  ...(graph.silent.length > NAMED ? [t('room.parts.rest', { count: graph.silent.length - NAMED })] : []),
                ].join(', '),
              })}
            </span>
          )}
        </span>
      }
      draw={draw}
      table={table}
      fileName={`coldaisle-power-${format.dateTime(flow.atMs).replace(/[^\p{L}\p{N}]+/gu, '-')}`}
      onPick={pick}
      testId="flow-chart"
    />
  );
}

function flowTable({ t, format }: Texts, { nodes, links }: FlowGraph): PictureTable {
  const label = new Map(nodes.map((node) => [node.id, node.label]));
  const totalW = nodes[0]?.powerW ?? 0;
  return {
    columns: [
      { id: 'from', label: t('room.flow.from') },
      { id: 'to', label: t('room.flow.to') },
      { id: 'power', label: t('room.flow.power'), isNumber: true },
      { id: 'share', label: t('room.flow.share'), isNumber: true },
      { id: 'provenance', label: t('room.flow.provenance') },
    ],
    rows: links.map(({ source, target, powerW, provenance, allocated }) => ({
      id: `${source} ${target}`,
      cells: [
        label.get(source),
        label.get(target),
        format.withUnit(format.quantity(powerW, 'W', 1)),
        format.percent(totalW > 0 ? powerW / totalW : null, 1),
        <>
          <ProvenanceBadge provenance={provenance} />
          {allocated ? <span className="flow-allocated"> {t('room.flow.allocated')}</span> : null}
        </>,
      ],
    })),
  };
}

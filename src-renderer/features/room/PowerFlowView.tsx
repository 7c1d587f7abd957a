import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { TreeNode } from '@shared/model/device-tree';
import type { PowerFlow } from '@shared/model/power-flow';
import { isSource, type PowerTree, type PowerTreeState } from '@shared/model/power-tree';
import { toDevice, toPage, toRun } from '../../app/paths';
import { go } from '../../app/router';
import { EChart } from '../../charts/echart/EChart';
import { flowPicture } from '../../charts/flow/flow-picture';
import { flowTable } from '../../charts/flow/flow-table';
import { TreeFlow, useTreeFlow } from '../../charts/flow/TreeFlow';
import { partName } from '../../data/part-name';
import { recipeName } from '../../i18n/run-names';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useStream, useValue } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { Segmented } from '../../ui/Field';
import { ProvenanceBadge } from '../../ui/Provenance';
import { Select } from '../../ui/Select';
import { Trouble } from '../../ui/StreamNote';
import { flowGraph, type FlowNames } from './flow-graph';
import { flowPeriods, flowWays, remembered, type FlowWay } from './remembered';
import { TreeFlowOver } from './TreeFlowView';

const NOTHING = {};
const NO_PLACES: readonly TreeNode[] = [];
const newest = <F,>(_: F | null, frame: F): F => frame;
/** More names than this are counted. */
const NAMED = 6;

/** Where the room's power goes: through the power tree where there is one, now or over a time; or by the room's parts to the runs. */
export function PowerFlowView({ lead }: { readonly lead: ReactNode }): ReactNode {
  const { t } = useTexts();
  const tree = useStream<'powerTree.live', PowerTree>('powerTree.live', NOTHING, newest);
  const state = useStream<'powerTree.state', PowerTreeState>('powerTree.state', NOTHING, newest);
  const [way, setWay] = useState(remembered.flowWay);
  const [period, setPeriod] = useState(remembered.flowPeriod);
  const live = useTreeFlow(tree.state === 'ready' ? tree.value : null, state.state === 'ready' ? state.value.places : null);
  const hasTree = tree.state === 'ready' && isDrawn(tree.value);
  const isTree = hasTree && way === 'tree';
  const choosers = hasTree ? (
    <>
      <Segmented<FlowWay>
        label={t('room.flow.by')}
        value={way}
        options={flowWays.map((value) => ({ value, label: t(`room.flow.by.${value}`) }))}
        onChange={(chosen) => setWay((remembered.flowWay = chosen))}
      />
      {isTree ? (
        <span className="flow-period">
          <Select
            label={t('room.flow.period')}
            value={period}
            options={flowPeriods.map((value) => ({ value, label: t(`room.flow.period.${value}`) }))}
            onChange={(chosen) => setPeriod((remembered.flowPeriod = chosen))}
            testId="flow-period"
          />
        </span>
      ) : null}
    </>
  ) : null;
  return (
    <section className="axis" aria-label={t('room.flow.title')} data-testid="power-flow">
      <div className="toolbar">
        {lead}
        {choosers}
        <span className="toolbar-end">
          <span className="toolbar-hint">{t(isTree ? 'room.flow.tree.note' : 'room.flow.note')}</span>
        </span>
      </div>
      <Trouble of={tree} />
      {isTree && period !== 'now' ? (
        <TreeFlowOver period={period} />
      ) : isTree && live !== null && state.state === 'ready' && live.links.length > 0 ? (
        <TreeFlow graph={live} atMs={state.value.atMs} note={<Silent tree={tree.value} state={state.value} />} testId="tree-flow" />
      ) : tree.state === 'loading' || (isTree && state.state === 'loading') ? (
        <Waiting />
      ) : (
        <RoomFlow />
      )}
    </section>
  );
}

/** A tree with a source and meters. */
const isDrawn = ({ places }: PowerTree): boolean =>
  places.some(({ kind }) => isSource(kind)) && places.some(({ meters }) => meters.length > 0);

/** Places that are metered and have no figure at the moment. */
function Silent({ tree, state }: { readonly tree: PowerTree; readonly state: PowerTreeState }): ReactNode {
  const { t } = useTexts();
  const silent = new Set(state.places.flatMap((place) => place.silent));
  const names = tree.places.filter(({ meters }) => meters.some(({ device }) => silent.has(device))).map(({ name }) => name);
  if (names.length === 0) return null;
  return (
    <span className="flow-note" data-testid="flow-note">
      <span className="flow-missing">{t('room.flow.silent', { names: names.join(', ') })}</span>
    </span>
  );
}

function Waiting(): ReactNode {
  const { t } = useTexts();
  return (
    <EmptyState icon="room" title={t('room.flow.wait')}>
      {null}
    </EmptyState>
  );
}

/** Live, from the supply by the room's parts to the runs. */
function RoomFlow(): ReactNode {
  const flow = useStream<'energy.flow', PowerFlow>('energy.flow', NOTHING, newest);
  return (
    <>
      <Trouble of={flow} />
      {flow.state === 'loading' ? <Waiting /> : null}
      {flow.state === 'ready' ? <Flow flow={flow.value} /> : null}
    </>
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
  const table = useMemo(() => flowTable(texts, graph, graph.nodes[0]?.powerW ?? 0), [texts, graph]);
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

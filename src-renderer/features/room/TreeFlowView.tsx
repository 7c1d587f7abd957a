import { useEffect, useState, type ReactNode } from 'react';
import { toPage } from '../../app/paths';
import { TreeFlow, useTreeFlow } from '../../charts/flow/TreeFlow';
import { useTexts } from '../../i18n/use-texts';
import { useCommand } from '../../rpc/hooks';
import { EmptyState } from '../../ui/EmptyState';
import { ErrorNote } from '../../ui/ErrorNote';
import type { FlowPeriod } from './remembered';

const HOUR_MS = 3_600_000;
const REFRESH_MS = 60_000;
const spans: Readonly<Record<Exclude<FlowPeriod, 'now'>, number>> = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
  month: 30 * 24 * HOUR_MS,
};

/** Where the power of the tree went over a time up to now: mean powers. */
export function TreeFlowOver({ period }: { readonly period: Exclude<FlowPeriod, 'now'> }): ReactNode {
  const { t, format } = useTexts();
  const nowMs = useNow();
  const { answer } = useCommand('powerTree.over', { fromMs: nowMs - spans[period], toMs: nowMs });
  const over = answer.state === 'ready' ? answer.value : null;
  const graph = useTreeFlow(over?.tree ?? null, over?.places ?? null);
  if (answer.state === 'failed') return <ErrorNote error={answer.error} />;
  if (over === null || graph === null) return null;
  const missing =
    over.missing.length === 0 ? null : (
      <span className="flow-missing" data-testid="flow-meters-missing">
        {t('room.flow.tree.missing', { meters: over.missing.join(', ') })}
      </span>
    );
  if (graph.links.length === 0)
    return (
      <EmptyState icon="energy" title={t('room.flow.tree.none')}>
        {t('room.flow.tree.none.step')} {missing} <a href={toPage('energy')}>{t('room.flow.tree.toEnergy')}</a>
      </EmptyState>
    );
  return (
    <TreeFlow
      graph={graph}
      atMs={over.toMs}
      spanMs={over.toMs - over.fromMs}
      note={
        <span className="flow-note" data-testid="flow-range">
          <span>{format.range(over.fromMs, over.toMs)}</span>
          {over.sinceChange ? <span>{t('room.flow.tree.since')}</span> : null}
          {missing}
        </span>
      }
      testId="tree-flow"
    />
  );
}

/** Now, to the minute: a question that changes each second would be asked each second. */
function useNow(): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

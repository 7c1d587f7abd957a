import { PROGRAM_KIND } from '@shared/model/program';
import type { Run } from '@shared/model/run';
import { SERVING_KIND } from '@shared/model/serving';
import { toRun } from '../../app/paths';

/** The parts of a run's page. */
const runTabs = ['curves', 'try', 'room', 'log', 'bill', 'setup', 'start'] as const;
export type RunTab = (typeof runTabs)[number];

/** Those of a run: what there was when it began is noted of programs alone, and only a served model can be asked. */
export function tabsOf({ kind }: Pick<Run, 'kind'>): readonly RunTab[] {
  return runTabs.filter((tab) => (tab !== 'start' || kind === PROGRAM_KIND) && (tab !== 'try' || kind === SERVING_KIND));
}

/** Which part an address says to show: what stands behind its `?`. */
export function runTabOf(view: string | null): RunTab {
  const said = new URLSearchParams(view ?? '').get('tab');
  return runTabs.find((tab) => tab === said) ?? runTabs[0];
}

export const toRunTab = (runId: string, tab: RunTab): string => toRun(runId, tab === runTabs[0] ? null : `tab=${tab}`);

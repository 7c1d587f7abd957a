import { toRun } from '../../app/paths';

/** The parts of a run's page. */
export const runTabs = ['curves', 'room', 'log', 'bill', 'setup'] as const;
export type RunTab = (typeof runTabs)[number];

/** Which part an address says to show: what stands behind its `?`. */
export function runTabOf(view: string | null): RunTab {
  const said = new URLSearchParams(view ?? '').get('tab');
  return runTabs.find((tab) => tab === said) ?? runTabs[0];
}

export const toRunTab = (runId: string, tab: RunTab): string => toRun(runId, tab === runTabs[0] ? null : `tab=${tab}`);

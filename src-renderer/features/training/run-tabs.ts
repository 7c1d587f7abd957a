/** The parts of a run's page. */
export const runTabs = ['curves', 'room', 'log', 'bill', 'setup'] as const;
export type RunTab = (typeof runTabs)[number];

/** Which part an address says to show: what stands behind its `?`. */
export function runTabOf(view: string | null): RunTab {
  const said = new URLSearchParams(view ?? '').get('tab');
  return runTabs.find((tab) => tab === said) ?? runTabs[0];
}

export const runTabHash = (runId: string, tab: RunTab): string =>
  `#/training/${encodeURIComponent(runId)}${tab === runTabs[0] ? '' : `?tab=${tab}`}`;

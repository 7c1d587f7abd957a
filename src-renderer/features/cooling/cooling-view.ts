/** The parts of the page. */
export const coolingTabs = ['now', 'plant', 'period', 'weather', 'sensors'] as const;
export const coolingPeriods = ['day', 'hour', 'week', 'month'] as const;
export type CoolingPeriod = (typeof coolingPeriods)[number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const periodMs: Readonly<Record<CoolingPeriod, number>> = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS };

import type { Quantity } from '@shared/model/provenance';
import type { PueFamilyQuery, PueFigures } from '@shared/model/pue';
import type { CliContext } from './command';
import { formatNumber, formatTable, withheldReason, type Column } from './format';

export interface PueRequest {
  readonly dataDir: string | null;
  readonly about: 'pue' | 'fits' | 'proposals';
  /** The proposal that is accepted; null = they are only shown. */
  readonly accept: string | null;
  readonly step: PueFamilyQuery['step'];
  readonly days: number;
  readonly json: boolean;
}

const DAY_MS = 86_400_000;

/** Prints the PUE of each stretch, with how it is known or why it is not. @returns the exit code: 1 when none of them is known */
export async function printPue({ dataDir, step, days, json }: PueRequest, context: CliContext): Promise<number> {
  const { terminal } = context;
  const running = await context.openCore(context.paths(dataDir));
  try {
    const nowMs = Date.now();
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const family = await running.client.call('energy.pueFamily', { fromMs: nowMs - days * DAY_MS, toMs: nowMs, step, timeZone });
    const told = family.stretches.filter(({ facilityKwh, missing }) => facilityKwh.value !== null || missing.length > 0 || json);
    if (json) terminal.line(JSON.stringify(family, null, 2));
    else if (told.length === 0) terminal.note('Nothing is booked in that time yet.');
    else for (const line of formatTable(columns, told.map(rowOf))) terminal.line(line);
    return family.stretches.some(({ pue }) => pue.value !== null) ? 0 : 1;
  } finally {
    await running.close();
  }
}

const columns: readonly Column[] = [
  { title: 'from' },
  { title: 'PUE', align: 'right' },
  { title: '±', align: 'right' },
  { title: 'how' },
  { title: 'facility kWh', align: 'right' },
  { title: 'IT kWh', align: 'right' },
  { title: 'model off by %', align: 'right' },
  { title: 'cooling', align: 'right' },
  { title: 'CUE', align: 'right' },
  { title: 'WUE', align: 'right' },
  { title: 'REF', align: 'right' },
  { title: 'ERF', align: 'right' },
  { title: 'lacking' },
];

function rowOf({ fromMs, pue, uncertainty, category, isMetered, missing, ...own }: PueFigures): string[] {
  const how =
    pue.value === null
      ? withheldReason(pue.withheld ?? 'no-samples')
      : (category?.toUpperCase() ?? (isMetered ? 'metered in part' : pue.provenance));
  return [
    new Date(fromMs).toLocaleString('sv-SE').slice(0, 16),
    figure(pue),
    uncertainty === null ? '' : uncertainty.toFixed(3),
    how,
    figure(own.facilityKwh),
    figure(own.itKwh),
    own.modelError === null ? '—' : (own.modelError * 100).toFixed(1),
    figure(own.coolingPue),
    figure(own.cue),
    figure(own.wue),
    figure(own.ref),
    figure(own.erf),
    missing.join(', '),
  ];
}

const figure = ({ value }: Quantity): string => (value === null ? '—' : formatNumber(value));

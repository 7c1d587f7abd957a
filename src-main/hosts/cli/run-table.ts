import { formatDuration, formatNumber, formatTable, formatValue, withheldReason } from './format';
import { formatScalar, scalarName, scalarUnit } from './scalars';
import { isPartial } from '@shared/energy/coverage';
import type { BillLine } from '@shared/model/price-list';
import type { Quantity } from '@shared/model/provenance';
import { PROGRAM_KIND } from '@shared/model/program';
import type { Run } from '@shared/model/run';
import { judgedScalars } from '@shared/energy/run-efficiency';
import { IDLE_BELOW_PERCENT, type RunEfficiency } from '@shared/model/run-efficiency';
import { bestsOf } from '@shared/model/run-scalars';
import { ENERGY_SCALAR, isKnownScalar, RUNNING_MEAN, scalarDefinition } from '@shared/model/scalars';
import { SERVING_KIND } from '@shared/model/serving';
import { runDurationMs } from '@shared/model/run-duration';

type Row = [name: string, value: string, unit: string, how: string];

/** The table a run ends with: each figure with its unit and provenance; `efficiency` null = it never began. Rows without a figure are left out. */
export function runTable(run: Run, efficiency: RunEfficiency | null): string[] {
  const rows = [...learned(run), ...reached(run), ...drawn(run), ...(efficiency === null ? [] : gotten(run, efficiency))];
  const tookMs = run.endedAtMs === null ? null : runDurationMs(run, run.endedAtMs);
  const took = tookMs === null ? '' : ` in ${formatDuration(tookMs)}`;
  const head = `${run.recipe}: ${run.status}${took}`;
  if (rows.length === 0) return ['', head];
  return [
    '',
    head,
    '',
    ...formatTable([{ title: 'Quantity' }, { title: 'Value', align: 'right' }, { title: 'Unit' }, { title: 'Provenance' }], rows),
    ...notes(run),
  ];
}

/** What it ended with: of a program its last numbers; of a recipe, by its own account, first what all runs share. */
function learned({ kind, result, last, declared: own }: Run): Row[] {
  if (kind === PROGRAM_KIND)
    return Object.entries(last)
      .filter(([name]) => name !== ENERGY_SCALAR && !name.endsWith(RUNNING_MEAN))
      .map(([name, value]) => scalarRow(`Last: ${scalarName(name, own)}`, name, value, own));
  if (!result) return [];
  const names = Object.keys(result);
  const shared = names.filter(isKnownScalar);
  return [...shared, ...names.filter((name) => !isKnownScalar(name))].map((name) =>
    scalarRow(scalarName(name, own), name, result[name] ?? null, own),
  );
}

/** The best of what it is judged by: of a batch's numbers the best is chance. */
function reached(run: Run): Row[] {
  const bests = bestsOf(run);
  return judgedScalars(run).flatMap((name): Row[] => {
    const best = bests[name];
    if (best === undefined) return [];
    const { value, step } = best;
    const at = step === null ? '' : ` (step ${step})`;
    return [scalarRow(`Best: ${scalarName(name, run.declared)}${at}`, name, value, run.declared)];
  });
}

function scalarRow(title: string, name: string, value: number | null, declared: Run['declared']): Row {
  if (value === null) return [title, 'not finite', '', 'measured'];
  if (scalarDefinition(name)?.isShare) return [title, (value * 100).toFixed(2), '%', 'measured'];
  return [title, formatScalar(name, value, declared), scalarUnit(name, declared), 'measured'];
}

function drawn({ kind, energy }: Run): Row[] {
  if (!energy) return [];
  return [
    quantityRow('Energy, IT', energy.itJ),
    ...(energy.aboveIdleJ ? [quantityRow('Energy, IT above idle', energy.aboveIdleJ)] : []),
    quantityRow('Energy, infrastructure', energy.infrastructureJ),
    quantityRow('Energy, facility', energy.facilityJ),
    quantityRow('Power, IT, mean', energy.meanItW),
    kind === SERVING_KIND
      ? quantityRow('Energy per prediction, IT', { ...energy.jPerSample, unit: 'J/prediction' })
      : quantityRow('Energy per sample, IT', { ...energy.jPerSample, unit: 'J/sample' }),
    quantityRow('Cost', energy.cost),
    quantityRow('CO2e', energy.co2eKg),
  ];
}

/** What it got for that. */
function gotten({ kind, declared }: Run, { perStep, perEpoch, costs, idle, throttled }: RunEfficiency): Row[] {
  return [
    // The steps of one that serves are its predictions, and it has no epochs.
    ...(kind === SERVING_KIND
      ? []
      : [quantityRow('Energy per step, IT', { ...perStep, unit: 'J/step' }), quantityRow('Energy per epoch, IT', perEpoch)]),
    ...costs.map(({ name, cost, isShare }) =>
      quantityRow(`Cost per ${isShare ? 'percentage point' : 'point'}: ${scalarName(name, declared)}`, cost),
    ),
    quantityRow(`GPU idle (load below ${IDLE_BELOW_PERCENT} %)`, idle),
    quantityRow('GPU throttled', throttled),
  ];
}

function quantityRow(name: string, quantity: Quantity): Row {
  if (quantity.value === null)
    return [name, '—', quantity.unit, `withheld: ${quantity.withheld === null ? 'no value' : withheldReason(quantity.withheld)}`];
  const { value, unit } = formatValue(quantity.value, quantity.unit);
  return [
    name,
    value,
    unit,
    isPartial(quantity) ? `${quantity.provenance}, partial: ${percent(quantity.coverage)} covered` : quantity.provenance,
  ];
}

function notes({ energy }: Run): string[] {
  if (!energy) return [];
  const { basis, itJ, facilityJ, spanMs, inconsistentMs, allocated, excludedDevices, lines } = energy;
  const isByUse = basis === 'ledger';
  const beside = allocated?.runs.join(', ') ?? '';
  const uncoveredMs = (quantity: Quantity): number => (1 - (quantity.coverage ?? 1)) * spanMs;
  const gap = (what: string, quantity: Quantity): string[] =>
    uncoveredMs(quantity) > 0
      ? [`${formatDuration(uncoveredMs(quantity))} of its span had no samples of ${what} and are not counted.`]
      : [];
  return [
    '',
    ...(excludedDevices.length > 0 ? [`Left out of every power and energy, by the settings: ${excludedDevices.join(', ')}.`] : []),
    ...(isByUse && allocated?.byUse
      ? [
          'Allocated, not metered separately: GPUs by the processes on them; processors, memory and the rest by CPU time. Idle energy belongs to no run.',
        ]
      : []),
    ...(beside === ''
      ? []
      : isByUse
        ? [`Other runs were on the node too: ${beside}.`]
        : [`Allocated, not metered: while other runs were on the node too (${beside}), each got an equal share.`]),
    ...(allocated?.ofRoom
      ? [
          isByUse
            ? 'Allocated, not metered: its share of the infrastructure, by IT energy in each quarter of an hour.'
            : 'Allocated, not metered: the facility feeds other nodes too, and this one got its share by IT power.',
        ]
      : []),
    ...(inconsistentMs > 0
      ? [`For ${formatDuration(inconsistentMs)} the facility was metered below the IT it feeds: one of the meters is wrong.`]
      : []),
    ...gap('IT power', itJ),
    ...gap('facility power', facilityJ),
    ...(lines.length > 0 ? lines : [energy]).map(priced),
  ];
}

function priced(terms: Pick<BillLine, 'pricePerKwh' | 'currency' | 'gridKgPerKwh'> & Partial<Pick<BillLine, 'priceListId'>>): string {
  const list = terms.priceListId === undefined ? '' : ` (price list ${terms.priceListId})`;
  return `Priced at ${formatNumber(terms.pricePerKwh)} ${terms.currency}/kWh and ${formatNumber(terms.gridKgPerKwh)} kg CO2e/kWh${list}.`;
}

function percent(share = 1): string {
  return `${(share * 100).toFixed(1)} %`;
}

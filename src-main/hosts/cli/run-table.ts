import { formatDuration, formatNumber, formatTable, formatValue, withheldReason } from './format';
import type { Quantity } from '@shared/model/provenance';
import type { Run } from '@shared/model/run';

type Row = [name: string, value: string, unit: string, how: string];

/** The table a run ends with: each figure with its unit and how it was come by. Parts the run has not are left out. */
export function runTable(run: Run): string[] {
  const rows = [...learned(run), ...drawn(run)];
  const took = run.startedAtMs !== null && run.endedAtMs !== null ? ` in ${formatDuration(run.endedAtMs - run.startedAtMs)}` : '';
  const head = `${run.recipe}: ${run.status}${took}`;
  if (rows.length === 0) return ['', head];
  return ['', head, '', ...formatTable([{ title: 'Quantity' }, { title: 'Value', align: 'right' }, { title: 'Unit' }, { title: 'How it was come by' }], rows), ...notes(run)];
}

function learned({ result }: Run): Row[] {
  if (!result) return [];
  const parts = [
    ['train', result.train],
    ['validation', result.validation],
    ['test', result.test],
  ] as const;
  return [
    ...parts.map(([name, score]): Row => [`Loss, ${name}`, score.loss.toFixed(4), 'nat', 'measured']),
    ...parts.map(([name, score]): Row => [`Accuracy, ${name}`, (score.accuracy * 100).toFixed(2), '%', 'measured']),
    ['Throughput', formatNumber(result.samplesPerSecond), 'samples/s', 'measured'],
  ];
}

function drawn({ energy }: Run): Row[] {
  if (!energy) return [];
  return [
    quantityRow('Energy, IT', energy.itJ),
    quantityRow('Energy, IT above idle', energy.aboveIdleJ),
    quantityRow('Energy, facility', energy.facilityJ),
    quantityRow('Power, IT, mean', energy.meanItW),
    quantityRow('Energy per sample, IT', energy.jPerSample),
    quantityRow('Cost', energy.cost),
    quantityRow('CO2e', energy.co2eKg),
  ];
}

function quantityRow(name: string, quantity: Quantity): Row {
  if (quantity.value === null) return [name, '—', quantity.unit, `withheld: ${quantity.withheld === null ? 'no value' : withheldReason(quantity.withheld)}`];
  const { value, unit } = formatValue(quantity.value, quantity.unit);
  return [name, value, unit, quantity.provenance];
}

function notes({ energy }: Run): string[] {
  if (!energy) return [];
  const priced = `Priced at ${formatNumber(energy.pricePerKwh)} ${energy.currency}/kWh and ${formatNumber(energy.gridKgPerKwh)} kg CO2e/kWh.`;
  const without = energy.leftOut.length > 0 ? [`Left out of every power and energy, by the settings: ${energy.leftOut.join(', ')}.`] : [];
  return ['', ...without, energy.gapMs > 0 ? `${priced} ${formatDuration(energy.gapMs)} of its span had no samples and are not counted.` : priced];
}

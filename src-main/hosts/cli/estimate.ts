import { estimate, estimateFigures, type EstimateFigure, type EstimateInputs } from '@shared/energy/estimate';
import { formatNumber, formatTable, type Column } from './format';
import type { Terminal } from './terminal';

export interface EstimateRequest {
  readonly inputs: EstimateInputs;
  readonly json: boolean;
}

const told: Readonly<Record<EstimateFigure, { readonly name: string; readonly unit: string }>> = {
  flops: { name: 'training work', unit: 'FLOP' },
  chipHours: { name: 'accelerator time', unit: 'h' },
  hours: { name: 'duration', unit: 'h' },
  itMwh: { name: 'energy of the IT', unit: 'MWh' },
  mwh: { name: 'energy', unit: 'MWh' },
  tCo2e: { name: 'CO2e', unit: 't' },
  energyCost: { name: 'cost of the energy', unit: 'as --price' },
  chipCost: { name: 'cost of the accelerators', unit: 'as --chip-price' },
  cost: { name: 'cost', unit: 'money' },
};

const columns: readonly Column[] = [{ title: '' }, { title: 'estimate', align: 'right' }, { title: 'unit' }, { title: 'how' }];

/** Prints what the run would take. What lacks an input is left out, or told by what it needs. @returns the exit code: 1 when not even the time comes of it */
export function printEstimate({ inputs, json }: EstimateRequest, terminal: Terminal): number {
  const answer = estimate(inputs);
  if (json) {
    const figures = Object.fromEntries(estimateFigures.map((figure) => [figure, answer[figure].value]));
    const formulas = Object.fromEntries(estimateFigures.map((figure) => [figure, answer[figure].formula]));
    const units = Object.fromEntries(estimateFigures.map((figure) => [figure, told[figure].unit]));
    terminal.line(JSON.stringify({ inputs, ...figures, units, formulas, provenance: 'modelled' }, null, 2));
  } else
    for (const line of formatTable(
      columns,
      estimateFigures.map((figure) => {
        const { value, formula } = answer[figure];
        return [told[figure].name, value === null ? '—' : formatNumber(value), value === null ? '' : told[figure].unit, formula];
      }),
    ))
      terminal.line(line);
  return answer.chipHours.value === null ? 1 : 0;
}

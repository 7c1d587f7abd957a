import { metricDef } from '@shared/model/metrics';
import { z } from 'zod';
import type { MeterFlow } from '../../../store/records/meter-energy';
import { quantities, type QuantityName } from '../meters/quantities';
import { unitScale } from '../meters/units';

export const MANUAL = 'manual';

/** What can be read by eye and adds up, and what it is booked as. */
const flows = { 'energy.import': 'import', 'energy.export': 'export', 'heat.energy': 'heat', volume: 'volume' } as const satisfies Partial<
  Record<QuantityName, MeterFlow>
>;
export const energyQuantities = ['energy.import', 'energy.export', 'heat.energy'] as const satisfies readonly (keyof typeof flows)[];
export const energyUnits = ['kWh', 'MWh', 'GJ'] as const;
export const volumeUnits = ['m³', 'l'] as const;

export const ManualSettings = z.object({
  quantity: z.enum([...energyQuantities, 'volume']),
  energyUnit: z.enum(energyUnits).nullable(),
  volumeUnit: z.enum(volumeUnits).nullable(),
  everyDays: z.number(),
});
export type ManualSettings = z.infer<typeof ManualSettings>;

/** How the readings of a source are understood. */
export interface ManualMeterForm {
  readonly quantity: keyof typeof flows;
  readonly flow: MeterFlow;
  readonly unit: string;
  /** What one of its unit is of the metric's own. */
  readonly factor: number;
}

export function manualMeterForm({ quantity, energyUnit, volumeUnit }: ManualSettings): ManualMeterForm {
  const { unit: own } = metricDef(quantities[quantity]);
  const unit = (quantity === 'volume' ? volumeUnit : energyUnit) ?? own;
  return { quantity, flow: flows[quantity], unit, factor: unitScale(unit, own)?.factor ?? 1 };
}

/** Whether a device is a source that is read by eye: its energy is booked when it is entered, not as it is heard. */
export const isReadByEye = (device: string): boolean => device.startsWith(`sensor/${MANUAL}-`);

import { z } from 'zod';
import { ScalarName } from './curve';
import { Quantity } from './provenance';
import { DeviceId } from './series';

/** A GPU whose load is below this waits for its data, %. */
export const IDLE_BELOW_PERCENT = 5;

/** What a better number cost: the run's bill divided by how far the number came from its first to its best. */
export const CostPerPoint = z.object({
  name: ScalarName,
  /** Null = it told none that is a number. */
  first: z.number().nullable(),
  best: z.number(),
  /** Money per percentage point where the scalar is a share of 1, else per 1 of its unit. */
  cost: Quantity,
  isShare: z.boolean(),
});
export type CostPerPoint = z.infer<typeof CostPerPoint>;

/** What a run got for its energy, its money and its time. The energy of a sample is in its bill. */
export const RunEfficiency = z.object({
  /** IT energy of a step as the run counts them, and of an epoch, J. */
  perStep: Quantity,
  perEpoch: Quantity,
  costs: z.array(CostPerPoint),
  /** Of the time of its GPUs together, pauses left out: while their load was below {@link IDLE_BELOW_PERCENT}, and throttled, %. */
  idle: Quantity,
  throttled: Quantity,
  /** The GPUs that it drew energy of, or was given. */
  gpus: z.array(DeviceId),
});
export type RunEfficiency = z.infer<typeof RunEfficiency>;

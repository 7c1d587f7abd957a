import { z } from 'zod';
import { Provenance, Quantity } from './provenance';
import { DeviceId } from './series';

/** Who draws a part of a power: a run, other work, or nobody. */
export const PowerHolder = z.object({
  account: z.string(),
  powerW: z.number().nonnegative(),
  /** Parted between several by their use of it, not metered apart. */
  allocated: z.boolean(),
});
export type PowerHolder = z.infer<typeof PowerHolder>;

/** Where the room's power goes at one tick: from the supply by its parts to whoever holds them. */
export const PowerFlow = z.object({
  atMs: z.number(),
  facilityPowerW: Quantity,
  itPowerW: Quantity,
  /** What the facility draws beyond the IT: cooling, losses, light. Withheld with either. */
  infrastructureW: Quantity,
  /** The parts of IT power: of a single node its devices; of several, the nodes. One without a figure has no holders. */
  parts: z.array(z.object({ device: DeviceId, label: z.string(), powerW: Quantity, holders: z.array(PowerHolder) })),
  /** Of the parting between runs, idle and other work, the worst: a parted power is at best derived. */
  provenance: Provenance,
});
export type PowerFlow = z.infer<typeof PowerFlow>;

import { z } from 'zod';
import { PowerPlaceState, PowerTree } from './power-tree';
import { DeviceId } from './series';

/** The tree over a time: of each place the mean powers. */
export const PowerTreeOver = z.object({
  /** Of the time that was asked for what is one picture: since there is a ledger, and since the tree was last changed. */
  fromMs: z.number(),
  toMs: z.number(),
  /** The tree was changed within the time that was asked for, and this is of the time since. */
  sinceChange: z.boolean(),
  tree: PowerTree,
  places: z.array(PowerPlaceState),
  /** Meters that lack too much of the time to speak for it. */
  missing: z.array(DeviceId),
});
export type PowerTreeOver = z.infer<typeof PowerTreeOver>;

import { z } from 'zod';
import { KeyedMessage } from '../text/message';
import { MeterSide, PowerPlaceKind, PowerTreeOperation } from './power-tree';
import { DeviceId } from './series';

/** Where a meter that stands nowhere may belong. It is a person's to accept: nothing is placed by itself. */
export const PowerProposal = z.object({
  /** The same for the same meter, place and side, so that one that was dismissed stays so. */
  id: z.string().min(1).max(400),
  device: DeviceId,
  label: z.string(),
  /** The place that is there; null = one that would be added. */
  place: z.string().nullable(),
  name: z.string(),
  kind: PowerPlaceKind,
  side: MeterSide,
  /** What speaks for it, and what speaks against what its name says. */
  reasons: z.array(KeyedMessage).min(1),
  /** What accepting it does, on the tree of this revision. */
  operations: z.array(PowerTreeOperation).min(1),
});
export type PowerProposal = z.infer<typeof PowerProposal>;

export const PowerProposals = z.object({
  /** Of the tree that they were made for. */
  revision: z.number().int().nonnegative(),
  proposals: z.array(PowerProposal),
  /** How many more there would be that a person dismissed. */
  dismissed: z.number().int().nonnegative(),
});
export type PowerProposals = z.infer<typeof PowerProposals>;

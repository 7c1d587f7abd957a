import { z } from 'zod';
import { PowerFits } from '../model/power-fit';
import { PowerProposals } from '../model/power-proposal';
import { EditHolds, PowerTree, PowerTreeOperation, PowerTreeState } from '../model/power-tree';
import { PowerTreeOver } from '../model/power-tree-over';
import { TimeRange } from '../model/time-range';
import { command, nothing, stream } from './define';

export const powerTreeCommands = {
  'powerTree.get': command(nothing, PowerTree),
  /**
   * All or none. An edit holds from now on, or always; as long as no meter stood in the tree before, always. Fails with `conflict` when the tree is no longer the one of `revision`, `not-found` or `invalid-input` by the first
   * operation that cannot be done.
   */
  'powerTree.edit': command(
    z.object({
      revision: z.number().int().nonnegative(),
      operations: z.array(PowerTreeOperation).min(1).max(256),
      holds: EditHolds.default('now'),
    }),
    PowerTree,
  ),
  /** The tree's mean powers over a time, of which less may be known: by energies of meters and of the ledger. */
  'powerTree.over': command(TimeRange, PowerTreeOver),
  /** Looks at the meters' history and fits the curves of losses and cooling anew, without waiting for the next time. */
  'powerTree.refit': command(nothing, PowerFits),
  /** Where meters that stand nowhere may belong, by names, by what their devices are, and by their recent history. */
  'powerTree.proposals': command(nothing, PowerProposals),
  /** Never proposes this again; null = proposes again whatever was dismissed. */
  'powerTree.dismiss': command(z.object({ id: z.string().min(1).max(400).nullable() }), nothing),
} as const;

export const powerTreeStreams = {
  /** The whole tree at once, then whenever it is edited. */
  'powerTree.live': stream(nothing, PowerTree),
  /** The tree's powers: at once, then with each tick. */
  'powerTree.state': stream(nothing, PowerTreeState),
  /** The fitted curves: at once, then whenever one is made, dropped or made anew. */
  'powerTree.fits': stream(nothing, PowerFits),
} as const;

import { z } from 'zod';
import { PowerTree, PowerTreeOperation, PowerTreeState } from '../model/power-tree';
import { command, nothing, stream } from './define';

export const powerTreeCommands = {
  'powerTree.get': command(nothing, PowerTree),
  /**
   * All or none. Fails with `conflict` when the tree is no longer the one of `revision`, `not-found` or `invalid-input` by the first
   * operation that cannot be done.
   */
  'powerTree.edit': command(
    z.object({ revision: z.number().int().nonnegative(), operations: z.array(PowerTreeOperation).min(1).max(256) }),
    PowerTree,
  ),
} as const;

export const powerTreeStreams = {
  /** The whole tree at once, then whenever it is edited. */
  'powerTree.live': stream(nothing, PowerTree),
  /** The tree's powers: at once, then with each tick. */
  'powerTree.state': stream(nothing, PowerTreeState),
} as const;

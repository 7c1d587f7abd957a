import { z } from 'zod';
import { DeviceRecord } from '../model/device-record';
import { DeviceTree, TreeOperation } from '../model/device-tree';
import { DeviceId } from '../model/series';
import { command, nothing, stream } from './define';

export const roomsCommands = {
  'tree.get': command(nothing, DeviceTree),
  /** All or none. Fails with `conflict` when the tree is no longer the one of `revision`, `not-found` or `invalid-input` by the first operation that cannot be done. */
  'tree.edit': command(
    z.object({ revision: z.number().int().nonnegative(), operations: z.array(TreeOperation).min(1).max(64) }),
    DeviceTree,
  ),
  /** A person says that a device whose power is waited for is gone for good, with all that hangs on it; `not-found` when none of it is known. */
  'power.forgetDevice': command(z.object({ device: DeviceId }), nothing),
} as const;

export const roomsStreams = {
  /** The whole tree at once, then whenever a place is edited or a device comes into being. */
  'tree.live': stream(nothing, DeviceTree),
  /** The hardware that has a label for good, all at once, then whenever one comes, goes or is found again. Empty for a simulated room. */
  'devices.live': stream(nothing, z.object({ devices: z.array(DeviceRecord) })),
} as const;

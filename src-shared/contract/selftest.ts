import { z } from 'zod';
import { SELFTEST_SECONDS, SelftestState } from '../model/selftest';
import { command, nothing, stream } from './define';

export const selftestCommands = {
  /**
   * Begins to compare each NVIDIA GPU's metered power with its energy counter; what comes of it is told by `selftest.live`.
   * `withLoad`: makes the GPUs work too. Fails with `conflict` while one is under way, and in a simulated room.
   */
  'selftest.start': command(
    z.object({ seconds: z.number().min(SELFTEST_SECONDS.min).max(SELFTEST_SECONDS.max), withLoad: z.boolean() }),
    nothing,
  ),
  /** Ends it without a result. */
  'selftest.stop': command(nothing, nothing),
} as const;

export const selftestStreams = {
  'selftest.live': stream(nothing, SelftestState),
} as const;

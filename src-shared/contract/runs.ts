import { z } from 'zod';
import { EngineId, RecipeId, TrainParams } from '../model/recipes';
import { LogLine, Run } from '../model/run';
import { RunId } from '../model/run-id';
import { command, nothing, stream } from './define';

/**
 * A run's page: the first frame holds the whole log, later ones what is new of it. `curves`: points were added to the run's
 * curves, which `runs.curves` has.
 */
export const RunFrame = z.object({ run: Run, curves: z.boolean(), log: z.array(LogLine) });
export type RunFrame = z.infer<typeof RunFrame>;

const runId = z.object({ runId: RunId });

export const runsCommands = {
  'runs.list': command(nothing, z.object({ runs: z.array(Run) })),
  'runs.get': command(runId, Run),
  'runs.start': command(z.object({ recipe: RecipeId, engine: EngineId, params: TrainParams }), z.object({ runId: z.string() })),
  'runs.stop': command(runId, nothing),
  'runs.delete': command(runId, nothing),
  'runs.log': command(runId.extend({ afterSeq: z.number().int().min(0) }), z.object({ lines: z.array(LogLine) })),
} as const;

export const runsStreams = {
  /** First frame: all runs, newest first; later ones: the changed runs and the ids of deleted ones. */
  'runs.live': stream(nothing, z.object({ full: z.boolean(), runs: z.array(Run), deleted: z.array(z.string()) })),
  'run.live': stream(z.object({ runId: RunId }), RunFrame),
} as const;

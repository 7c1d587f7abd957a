import { z } from 'zod';
import { EngineId, RecipeId, TrainParams } from '../model/recipes';
import { BatchColumns, EpochPoint, Run, RunId } from '../model/run';
import { RunLogFrame, RunLogPage, RunLogQuery } from '../model/run-log';
import { command, nothing, stream } from './define';

/** A run's page: the first frame holds everything so far, later ones what is new. */
export const RunFrame = z.object({ run: Run, batches: BatchColumns, epochs: z.array(EpochPoint) });
export type RunFrame = z.infer<typeof RunFrame>;

const runId = z.object({ runId: RunId });

export const runsCommands = {
  'runs.list': command(nothing, z.object({ runs: z.array(Run) })),
  'runs.get': command(runId, Run),
  'runs.start': command(z.object({ recipe: RecipeId, engine: EngineId, params: TrainParams }), z.object({ runId: z.string() })),
  'runs.stop': command(runId, nothing),
  'runs.delete': command(runId, nothing),
  /** Any part of a run's log, which is kept in files. */
  'runs.log': command(runId.extend({ query: RunLogQuery }), RunLogPage),
} as const;

export const runsStreams = {
  /** First frame: all runs, newest first; later ones: the changed runs and the ids of deleted ones. */
  'runs.live': stream(nothing, z.object({ full: z.boolean(), runs: z.array(Run), deleted: z.array(z.string()) })),
  'run.live': stream(z.object({ runId: RunId }), RunFrame),
  /** Where a run's log ends, at once and then as it grows, with the newest of the lines that came: 500 at most; the others are asked for. */
  'run.log': stream(z.object({ runId: RunId }), RunLogFrame),
} as const;

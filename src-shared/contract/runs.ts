import { z } from 'zod';
import { RunArtifacts } from '../model/artifacts';
import { EngineId } from '../model/recipes';
import { RecipeId, TrainingRecipe } from '../studio/recipe';
import { Run, RunLabelsChange, RunParams } from '../model/run';
import { RunEfficiency } from '../model/run-efficiency';
import { RunId } from '../model/run-id';
import { RunSnapshot } from '../model/run-snapshot';
import { RunFacets, RunPage, RunQuery, RunRow } from '../model/run-list';
import { RunLogFile, RunLogFrame, RunLogPage, RunLogQuery } from '../model/run-log';
import { DeviceId } from '../model/series';
import { command, nothing, stream } from './define';

/**
 * A run's page. `curves`: points were added to the run's curves, which `runs.curves` has. Its log comes by `run.log`.
 */
export const RunFrame = z.object({ run: Run, curves: z.boolean() });
export type RunFrame = z.infer<typeof RunFrame>;

const runId = z.object({ runId: RunId });
/** Null = what the run's program printed; else a text that it wrote, by its path: one of `run.logFiles`. */
const runLog = runId.extend({ file: z.string().nullable().default(null) });

export const runsCommands = {
  'runs.list': command(RunQuery, RunPage),
  /** What there is to filter and sort runs by. */
  'runs.facets': command(nothing, RunFacets),
  'runs.get': command(runId, Run),
  /** Fails with `not-found` when there is no such recipe, data set or parent. */
  'runs.start': command(
    z.object({
      recipe: RecipeId,
      /** Trained in place of the one of that name, which need not be there. */
      document: TrainingRecipe.optional(),
      engine: EngineId,
      /** Checked by the recipe's specifications; those left out get their defaults. `invalid-input` names the one that is refused. */
      params: RunParams,
      labels: RunLabelsChange.optional(),
      parent: RunId.nullable().optional(),
    }),
    z.object({ runId: z.string() }),
  ),
  /**
   * A run that goes on where an ended one left its last checkpoint, with the identical next step; engine null = the same. Fails with
   * `conflict` where the other goes on or left none.
   */
  'runs.resume': command(runId.extend({ engine: EngineId.nullable().default(null) }), z.object({ runId: z.string() })),
  /** Names a run, tags it, writes to it; what is left out stays. */
  'runs.update': command(runId.extend({ labels: RunLabelsChange }), nothing),
  'runs.stop': command(runId, nothing),
  'runs.delete': command(runId, nothing),
  /** Any part of a log of a run. Fails with `not-found` for a file that is none of its logs, or is gone. */
  'runs.log': command(runLog.extend({ query: RunLogQuery }), RunLogPage),
  /** The devices that the ledger booked energy of to the run; none before it has booked any. */
  'runs.devices': command(runId, z.object({ devices: z.array(DeviceId) })),
  /** What there was when a program's run began, once all of it is found out; null where none was taken: of a recipe, or before. */
  'runs.snapshot': command(runId, z.object({ snapshot: RunSnapshot.nullable() })),
  /** What the run got for its energy, its money and the time of its GPUs. */
  'runs.efficiency': command(runId, RunEfficiency),
  /** The files that the run left in its folder. */
  'runs.artifacts': command(runId, RunArtifacts),
  /** Shows that folder in the system's file manager. Fails with `not-found` where it left none, `invalid-input` where the core has no desktop. */
  'runs.openFolder': command(runId, nothing),
} as const;

export const runsStreams = {
  /**
   * First frame: the runs that wait or are under way, oldest first; later ones: each run that began, changed, ended or was given
   * another name, and the ids of deleted ones. Runs that have ended are asked for with `runs.list`.
   */
  'runs.live': stream(nothing, z.object({ full: z.boolean(), runs: z.array(RunRow), deleted: z.array(z.string()) })),
  'run.live': stream(z.object({ runId: RunId }), RunFrame),
  /** Where a run's log ends, at once and then as it grows, with the newest of the lines that came: 500 at most; the others are asked for. */
  'run.log': stream(runLog, RunLogFrame),
  /** The texts that the run's program wrote, all again whenever one came or grew. */
  'run.logFiles': stream(runId, z.object({ files: z.array(RunLogFile) })),
} as const;

import { z } from 'zod';
import { EngineId } from '../model/recipes';
import { RunLabelsChange, RunParams } from '../model/run';
import { RunId } from '../model/run-id';
import { command } from './define';

/** Longest body that a page asks a served model with, characters: a message of a browser is a little longer. */
export const MODEL_BODY_MAX = 1_000_000;

const question = z.object({
  /** A run that serves. */
  runId: RunId,
  verb: z.enum(['predict', 'classify', 'regress']),
  /** Null = the newest. */
  version: z.number().int().positive().nullable().default(null),
  /** As a client of TensorFlow Serving's REST API sends it. */
  body: z.string().max(MODEL_BODY_MAX),
});
export type ModelQuestion = z.infer<typeof question>;

export const modelsCommands = {
  /**
   * Serves a run's saved model, or that of a folder, as a run of its own. What is left out of the parameters
   * (src-shared/model/serving.ts) gets its default. Fails with `not-found` where there is no model, `invalid-input` for a
   * parameter, and for a page also where others than this machine could reach it, or a folder is named.
   */
  'models.serve': command(
    z.object({ engine: EngineId, params: RunParams, labels: RunLabelsChange.optional() }),
    z.object({ runId: RunId }),
  ),
  /**
   * Predicts all rows of a file as a run (src-shared/model/prediction.ts). Fails with `not-found` where there is no model,
   * `invalid-input` for a parameter, and for a page, which names no files of this machine.
   */
  'models.predictFile': command(
    z.object({ engine: EngineId, params: RunParams, labels: RunLabelsChange.optional() }),
    z.object({ runId: RunId }),
  ),
  /** Whether a run has saved a model, and the runs that serve it now. */
  'models.ofRun': command(z.object({ runId: RunId }), z.object({ isSaved: z.boolean(), servedBy: z.array(RunId) })),
  /** Asks a served model over its own HTTP, as any client does: its status and body. Fails with `conflict` where the run serves none now. */
  'models.ask': command(question, z.object({ status: z.number().int(), body: z.string() })),
} as const;

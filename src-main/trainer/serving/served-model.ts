import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize, sep } from 'node:path';
import type { io, Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { z } from 'zod';
import { message, MessageError } from '@shared/text/message';
import type { EngineSession } from '../engines/engine';
import { PREPARATION_FILE } from '../save-model';
import type { DataType, DenseTensor, TensorInfo } from './tensors';

export const MODEL_FILE = 'model.json';

/** What tfjs writes as `model.json`, as far as it is looked at here. */
const ModelFile = z.object({
  format: z.string().optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(
        z.looseObject({
          name: z.string(),
          shape: z.array(z.number().int().nonnegative()),
          dtype: z.enum(['float32', 'int32', 'bool', 'string', 'complex64']),
        }),
      ),
    }),
  ),
});

/** What a model can be asked, beside `predict`. */
export type ModelTask = 'classify' | 'regress' | 'predict';

/** One loaded version: what goes in, what comes out. */
export interface ServedModel {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly task: ModelTask;
  /** Names of the classes by their numbers, as the training kept them; null = there are none. */
  readonly classes: readonly string[] | null;
  /** How many numbers it has learned. */
  readonly weights: number;
  /** Outputs of some rows, computed at once. */
  run(inputs: readonly DenseTensor[]): DenseTensor[];
  dispose(): void;
}

const refused = (folder: string, why: string): MessageError => new MessageError(message('message.models.unreadable', { folder, why }));

/** A file of the folder itself: a manifest from elsewhere names no other. */
function inside(folder: string, path: string): string {
  const plain = normalize(path);
  if (isAbsolute(plain) || plain.split(sep).includes('..')) throw refused(folder, `its weights lie outside of it (${path})`);
  return join(folder, plain);
}

/** Reads a model that was saved as a tfjs LayersModel. @throws MessageError naming the folder and what is wrong with it */
export async function readArtifacts(folder: string): Promise<io.ModelArtifacts> {
  const text = await readFile(join(folder, MODEL_FILE), 'utf8').catch((error: unknown) => {
    throw refused(folder, error instanceof Error ? error.message : String(error));
  });
  const parsed = ModelFile.safeParse(parseJson(text));
  if (!parsed.success) throw refused(folder, `${MODEL_FILE} is no LayersModel of tfjs (${parsed.error.issues[0]?.path.join('.') ?? ''})`);
  const { format, modelTopology, weightsManifest } = parsed.data;
  if (format === 'graph-model') throw refused(folder, 'it is a graph model; only layers models are served');
  const parts = await Promise.all(
    weightsManifest
      .flatMap(({ paths }) => paths)
      .map((path) =>
        readFile(inside(folder, path)).catch((error: unknown) => {
          if (error instanceof MessageError) throw error;
          throw refused(folder, error instanceof Error ? error.message : String(error));
        }),
      ),
  );
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights) as io.WeightsManifestEntry[];
  const bytes = Buffer.concat(parts);
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return { format: 'layers-model', modelTopology, weightSpecs, weightData };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const typeOf = (dtype: string | undefined): DataType => (dtype === 'int32' || dtype === 'bool' ? dtype : 'float32');
/** tfjs numbers the names of its tensors (`input_1/x:0`); what a client writes is the layer's name. */
const plainName = (name: string): string => name.replace(/:\d+$/, '');

/** Loads a saved model on an engine. @returns a model that the caller disposes @throws MessageError for a folder that holds none */
export async function loadModel({ core, layers }: EngineSession, folder: string): Promise<ServedModel> {
  const artifacts = await readArtifacts(folder);
  let model: LayersModel;
  try {
    model = await layers.loadLayersModel({ load: () => Promise.resolve(artifacts) });
  } catch (error) {
    throw refused(folder, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
  const infos = (symbolic: LayersModel['inputs'], names: readonly string[]): TensorInfo[] =>
    symbolic.map(({ shape, dtype, name }, i) => ({
      name: plainName(names[i] ?? name),
      type: typeOf(dtype),
      shape: [null, ...shape.slice(1)],
    }));
  const inputs = infos(model.inputs, model.inputNames);
  const outputs = infos(model.outputs, model.outputNames);
  const tensorOf = ({ shape, values }: DenseTensor, type: DataType): Tensor => core.tensor(values, [...shape], type);
  return {
    inputs,
    outputs,
    task: taskOf(model),
    classes: await classesOf(folder),
    weights: model.countParams(),
    run(rows) {
      const given = rows.map((tensor, i) => tensorOf(tensor, inputs[i]?.type ?? 'float32'));
      const made = [model.predictOnBatch(given.length === 1 && given[0] !== undefined ? given[0] : given)].flat();
      try {
        return made.map((tensor) => ({ shape: tensor.shape, values: tensor.dataSync<'float32'>() }));
      } finally {
        core.dispose([...given, ...made]);
      }
    },
    dispose: () => void model.dispose(),
  };
}

const Preparation = z.object({ task: z.object({ classes: z.array(z.string()) }) });

/** What lies beside a model of this product; of a model from elsewhere there is none. */
async function classesOf(folder: string): Promise<readonly string[] | null> {
  const text = await readFile(join(folder, PREPARATION_FILE), 'utf8').catch(() => '');
  return Preparation.safeParse(parseJson(text)).data?.task.classes ?? null;
}

/** A softmax or a sigmoid at the end tells classes, one linear number is a regression. */
function taskOf(model: LayersModel): ModelTask {
  const [output] = model.outputs;
  if (model.outputs.length !== 1 || output?.shape.length !== 2) return 'predict';
  const activation = (model.layers.at(-1)?.getConfig() ?? {})['activation'];
  if (activation === 'softmax' || activation === 'sigmoid') return 'classify';
  return output.shape[1] === 1 ? 'regress' : 'predict';
}

import type { Batcher } from './batcher';
import { classifyAnswer, readExamples, regressAnswer } from './examples-request';
import { DEFAULT_SIGNATURE, predictAnswer, readPredict, readRequest, signatureOf } from './predict-request';
import type { ModelTask, ServedModel } from './served-model';
import { invalid, ServingError } from './serving-error';
import { metadataType, type TensorInfo } from './tensors';

export interface ServedVersion {
  readonly version: number;
  readonly model: ServedModel;
  readonly batcher: Batcher;
}

export interface RestOptions {
  readonly name: string;
  /** Newest first; there is at least one. */
  readonly versions: readonly ServedVersion[];
  /** Names that stand for versions, as `stable`. */
  readonly labels: ReadonlyMap<string, number>;
  /** Whether numbers that are not finite are written and read as `NaN` and `Infinity`, as TensorFlow Serving does. */
  readonly tokens: boolean;
}

export interface Answer {
  readonly body: string;
  /** Rows that were computed for it. */
  readonly predictions: number;
}

const PREDICTION = /^\/v1\/models\/([^/:]+)(?:\/versions\/(\d+)|\/labels\/([^/:]+))?:(classify|regress|predict)$/i;
const STATUS = /^\/v1\/models(?:\/([^/:]+))?(?:\/versions\/(\d+)|\/labels\/([^/:]+))?(\/metadata)?$/i;
type Verb = 'classify' | 'regress' | 'predict';

/**
 * TensorFlow Serving's REST API over loaded models: which answer a request gets. It knows nothing of sockets.
 * https://www.tensorflow.org/tfx/serving/api_rest
 */
export class RestApi {
  constructor(private readonly options: RestOptions) {}

  /**
   * @param path without what stands behind its `?`
   * @param isGone whether whoever asked has gone meanwhile
   * @throws ServingError
   */
  async answer(method: string, path: string, body: string, isGone: () => boolean): Promise<Answer> {
    const prediction = method === 'POST' ? PREDICTION.exec(path) : null;
    if (prediction !== null) {
      const [, name = '', version, label, verb = ''] = prediction;
      return this.predict(this.find(decoded(name), version, label), verb.toLowerCase() as Verb, body, isGone);
    }
    const status = method === 'GET' ? STATUS.exec(path) : null;
    if (status === null) throw invalid(`Malformed request: ${method} ${path}`);
    const [, name, version, label, isMetadata] = status;
    if (name === undefined) throw invalid('Missing model name in request.');
    if (isMetadata !== undefined) return { body: this.metadata(this.find(decoded(name), version, label)), predictions: 0 };
    return { body: this.status(decoded(name), version, label), predictions: 0 };
  }

  private find(name: string, version: string | undefined, label: string | undefined): ServedVersion {
    const { versions, labels } = this.options;
    const wanted = version ?? this.versionOf(name, label, labels);
    const found =
      name !== this.options.name
        ? undefined
        : wanted === undefined
          ? versions[0]
          : versions.find((each) => String(each.version) === wanted);
    if (found !== undefined) return found;
    const request = wanted === undefined ? `Latest(${name})` : `Specific(${name}, ${wanted})`;
    throw new ServingError('NotFound', `Servable not found for request: ${request}`);
  }

  private versionOf(name: string, label: string | undefined, labels: RestOptions['labels']): string | undefined {
    if (label === undefined || name !== this.options.name) return undefined;
    const version = labels.get(decoded(label));
    if (version === undefined) throw invalid(`Unrecognized servable version label: ${decoded(label)}`);
    return String(version);
  }

  private async predict({ model, batcher }: ServedVersion, verb: Verb, body: string, isGone: () => boolean): Promise<Answer> {
    const { tokens } = this.options;
    const { inputs: infos, outputs: given, task, classes } = model;
    const request = readRequest(body, tokens, (object, isExact) => {
      checkSignature(signatureOf(object), verb, task);
      return verb === 'predict' ? readPredict(object, infos, isExact) : readExamples(object, infos, isExact);
    });
    const outputs = await batcher.submit(request.inputs, isGone);
    const [first] = outputs;
    const predictions = request.inputs[0]?.shape[0] ?? 0;
    if (verb === 'predict' || first === undefined) return { body: predictAnswer(request.form, outputs, given, tokens), predictions };
    return { body: verb === 'classify' ? classifyAnswer(first, classes, tokens) : regressAnswer(first, tokens), predictions };
  }

  private status(name: string, version: string | undefined, label: string | undefined): string {
    const wanted = version ?? this.versionOf(name, label, this.options.labels);
    const all = name === this.options.name ? this.options.versions : [];
    const found = wanted === undefined ? all : all.filter((each) => String(each.version) === wanted);
    if (found.length === 0)
      throw new ServingError(
        'NotFound',
        wanted === undefined ? `Could not find any versions of model ${name}` : `Could not find version ${wanted} of model ${name}`,
      );
    const states = found.map((each) => ({
      version: String(each.version),
      state: 'AVAILABLE',
      status: { error_code: 'OK', error_message: '' },
    }));
    return JSON.stringify({ model_version_status: states }, null, 1);
  }

  private metadata({ version, model }: ServedVersion): string {
    const tensors = (infos: readonly TensorInfo[]): Record<string, unknown> =>
      Object.fromEntries(
        infos.map(({ name, type, shape }) => [
          name,
          {
            dtype: metadataType(type),
            tensor_shape: { dim: shape.map((size) => ({ size: String(size ?? -1), name: '' })), unknown_rank: false },
            name: `${DEFAULT_SIGNATURE}_${name}:0`,
          },
        ]),
      );
    const signature = {
      inputs: tensors(model.inputs),
      outputs: tensors(model.outputs),
      method_name: 'tensorflow/serving/predict',
    };
    return JSON.stringify(
      {
        model_spec: { name: this.options.name, signature_name: '', version: String(version) },
        metadata: { signature_def: { signature_def: { [DEFAULT_SIGNATURE]: signature } } },
      },
      null,
      1,
    );
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw invalid(`Malformed request: ${name} is no name`);
  }
}

/** A model has one signature; `classify` and `regress` are also asked by their own names. */
function checkSignature(name: string, verb: Verb, task: ModelTask): void {
  if (name !== DEFAULT_SIGNATURE && name !== verb) throw invalid(`Serving signature name: "${name}" not found in signature def`);
  if (verb === 'predict' || verb === task) return;
  const kind = verb === 'classify' ? 'classification' : 'regression';
  throw invalid(`Expected ${kind} signature method_name to be tensorflow/serving/${verb}. Was: tensorflow/serving/${task}`);
}

import type { ServingSpec, TrainerEvent } from '@shared/contract/trainer';
import { isLoopback } from '@shared/model/serving';
import { message, MessageError } from '@shared/text/message';
import type { EngineSession } from '../engines/engine';
import { Batcher } from './batcher';
import { FIGURES_EVERY_MS, ServingFigures } from './figures';
import { startHttpServer } from './http-server';
import { RestApi, type ServedVersion } from './rest-api';
import { loadModel } from './served-model';
import { openToken } from './token';
import { findVersions } from './versions';

/** Rows that a model computes once before it is asked: the first time takes longest. */
const WARM_ROWS = 1;

/**
 * Serves a model until it is asked to stop, then lets the requests under way end.
 *
 * @param stopped resolves when it is asked to stop
 * @throws MessageError where there is no model, or its address cannot be had
 */
export async function serveModel(
  session: EngineSession,
  spec: ServingSpec,
  emit: (event: TrainerEvent) => void,
  stopped: Promise<void>,
): Promise<void> {
  const figures = new ServingFigures();
  const versions = await loadVersions(session, spec, figures);
  const token = spec.tokenFile === null ? null : openToken(spec.tokenFile);
  try {
    const api = new RestApi({
      name: spec.name,
      versions,
      labels: new Map(Object.entries(spec.labels)),
      tokens: spec.tokens,
    });
    const queued = (): number => versions.reduce((sum, { batcher }) => sum + batcher.queued, 0);
    const server = await startHttpServer({
      host: spec.host,
      port: spec.port,
      token: token?.token ?? null,
      answer: (method, path, body, isGone) => {
        const answer = api.answer(method, path, body, isGone);
        figures.queued(queued());
        return answer;
      },
      onAnswered: (answered) => figures.answered(answered),
    });
    tell(spec, versions, server.port, token !== null, emit);
    const tick = (): void => {
      const event = figures.take();
      if (event !== null) emit(event);
    };
    const timer = setInterval(tick, FIGURES_EVERY_MS);
    await stopped;
    emit({ t: 'log', text: 'Stopping: requests under way are answered, others refused' });
    await server.close();
    clearInterval(timer);
    tick();
    emit(figures.result());
  } finally {
    token?.release();
    for (const { model } of versions) model.dispose();
  }
}

async function loadVersions(session: EngineSession, spec: ServingSpec, figures: ServingFigures): Promise<ServedVersion[]> {
  const found = await findVersions(spec.folder, spec.versions);
  for (const [label, version] of Object.entries(spec.labels))
    if (!found.has(version)) throw new MessageError(message('message.serving.noLabel', { label, version }));
  const versions: ServedVersion[] = [];
  for (const [version, folder] of found) {
    const model = await loadModel(session, folder);
    const { maxBatch, maxDelayMs, maxQueue } = spec;
    const batcher = new Batcher({
      run: (inputs) => model.run(inputs),
      maxBatch,
      maxDelayMs,
      maxQueue,
      onBatch: (rows) => figures.batch(rows),
    });
    warm(model);
    versions.push({ version, model, batcher });
  }
  return versions;
}

/** Computes zeros, where all sizes but that of the batch are fixed. */
function warm({ inputs, run }: ServedVersion['model']): void {
  const zeros = inputs.map(({ shape, type }) => {
    const sizes = [WARM_ROWS, ...shape.slice(1).map((size) => size ?? 0)];
    const length = sizes.reduce((product, size) => product * size, 1);
    return { shape: sizes, values: type === 'float32' ? new Float32Array(length) : new Int32Array(length) };
  });
  if (zeros.every(({ values }) => values.length > 0)) run(zeros);
}

function tell(
  { name, host, folder }: ServingSpec,
  versions: readonly ServedVersion[],
  port: number,
  hasToken: boolean,
  emit: (event: TrainerEvent) => void,
): void {
  const [newest] = versions;
  if (newest === undefined) return;
  const { inputs, outputs, task, classes } = newest.model;
  // Where it listens on every address, this machine reaches it by its own.
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  const address = `http://${reached}:${port}`;
  emit({
    t: 'serving',
    served: {
      ...{ address, name, task, hasToken },
      classes: classes === null ? null : [...classes],
      versions: versions.map(({ version }) => version),
      inputs: inputs.map((tensor) => ({ ...tensor, shape: [...tensor.shape] })),
      outputs: outputs.map((tensor) => ({ ...tensor, shape: [...tensor.shape] })),
    },
  });
  emit({ t: 'log', text: `Serving ${name} from ${folder}: ${address}/v1/models/${name}:predict` });
  if (!isLoopback(host)) emit({ t: 'log', text: `It listens on ${host}: others can reach it, with the token` });
}

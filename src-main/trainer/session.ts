import type { PredictionSpec, ServingSpec, TrainerEvent, TrainerRequest, TrainerSpec } from '@shared/contract/trainer';
import type { EngineId } from '@shared/model/recipes';
import type { ScalarDeclaration } from '@shared/model/scalar-declaration';
import { scalarDefinition, scalars, type KnownScalar, type ScalarDefinition } from '@shared/model/scalars';
import { declarationsOf, scalarsOf } from '@shared/studio/recipe-scalars';
import type { TrainingRecipe } from '@shared/studio/recipe';
import { assertNever } from '@shared/base/assert-never';
import { MessageError } from '@shared/text/message';
import { EngineUnavailable, type EngineSession } from './engines/engine';
import { engines } from './engines';
import { resultEvent } from './reporter';
import { servingScalars } from './serving/figures';
import { predictFile, predictionScalars } from './serving/predict-file';
import { serveModel } from './serving/serve';
import { readRecipe, trainRecipe } from './train';
import type { TrainResult } from './train-context';

const MESSAGE_MAX = 8192;

/** How the program ends: 0, or 1 after a `failed` line. */
export type ExitCode = 0 | 1;

/** One trainer's life: takes requests, says events, ends once. */
export interface Session {
  /** The first request decides what is done; later ones can only stop it. */
  request(request: TrainerRequest): void;
  stop(): void;
  readonly done: Promise<ExitCode>;
}

/** The last line of a trainer that cannot go on; where it happened goes to stderr, which ends up in the run's log. */
export function failure(error: unknown): TrainerEvent {
  if (error instanceof EngineUnavailable)
    return { t: 'failed', code: 'engine-unavailable', message: error.message.slice(0, MESSAGE_MAX), localized: error.localized };
  if (error instanceof MessageError)
    return { t: 'failed', code: 'trainer-error', message: error.message.slice(0, MESSAGE_MAX), localized: error.localized };
  if (error instanceof Error) console.error(error.stack ?? error.message);
  return { t: 'failed', code: 'trainer-error', message: String(error).slice(0, MESSAGE_MAX) };
}

/** The numbers that a run ends with, in the order of what its recipe learns. */
function evaluated({ task }: TrainingRecipe, result: TrainResult): string {
  const declared = declarationsOf(task);
  return scalarsOf(task)
    .result.flatMap((name) => {
      const value = result[name];
      return value === undefined ? [] : [`${name} ${value.toFixed(scalarDefinition(name, declared)?.digits ?? 4)}`];
    })
    .join(', ');
}

/** In the order in which they are shown. */
function inOrder({ task }: TrainingRecipe, result: TrainResult): TrainResult {
  const names = scalarsOf(task).result.filter((name) => Object.hasOwn(result, name));
  return Object.fromEntries(names.map((name) => [name, result[name] ?? NaN]));
}

/** What the scalars are that a model which is served reports, for whoever reads its lines. */
function definitions(names: readonly KnownScalar[]): TrainerEvent {
  const told = [...new Set(names)].map((name): [string, ScalarDeclaration] => {
    const { name: label, unit, digits, better }: ScalarDefinition = scalars[name];
    return [name, { label, unit, digits, ...(better === undefined ? {} : { better }) }];
  });
  return { t: 'define', scalars: Object.fromEntries(told) };
}

/** @param emit says one event line */
export function createSession(emit: (event: TrainerEvent) => void): Session {
  let stopRequested = false;
  let begun = false;
  let finish: (code: ExitCode) => void = () => undefined;
  const done = new Promise<ExitCode>((resolve) => {
    finish = resolve;
  });
  let askStop: () => void = () => undefined;
  const stopAsked = new Promise<void>((resolve) => {
    askStop = resolve;
  });

  const load = async (engine: EngineId, enginesDir: string): Promise<EngineSession> => {
    const session = await engines[engine].load({ enginesDir });
    emit({ t: 'hello', v: 2, engine, detail: session.detail.slice(0, 500) });
    return session;
  };

  const say = (text: string): void => emit({ t: 'log', text });

  const train = async (spec: TrainerSpec): Promise<void> => {
    const session = await load(spec.engine, spec.enginesDir);
    const recipe = await readRecipe(spec.recipeFile);
    say(`${spec.recipe} on ${session.detail}`);
    say(
      Object.entries(spec.params)
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', '),
    );
    const result = await trainRecipe({ spec, session, emit, stopRequested: () => stopRequested }, recipe);
    say(result === null ? 'Stopped as asked' : `Evaluated: ${evaluated(recipe, result)}`);
    emit(result === null ? { t: 'stopped' } : resultEvent(inOrder(recipe, result)));
  };

  const serve = async (spec: ServingSpec): Promise<void> => {
    const session = await load(spec.engine, spec.enginesDir);
    emit(definitions([...servingScalars.second, ...servingScalars.result]));
    await serveModel(session, spec, emit, stopAsked);
  };

  const predict = async (spec: PredictionSpec): Promise<void> => {
    const session = await load(spec.engine, spec.enginesDir);
    emit(definitions([...predictionScalars.step, ...predictionScalars.result]));
    const result = await predictFile(session, spec, { emit, stopRequested: () => stopRequested });
    say(result === null ? 'Stopped as asked; the same command goes on after the last row' : 'All rows are predicted');
    emit(result ?? { t: 'stopped' });
  };

  const begin = (work: Promise<unknown>): void => {
    begun = true;
    work.then(
      () => finish(0),
      (error: unknown) => {
        emit(failure(error));
        finish(1);
      },
    );
  };

  const stop = (): void => {
    stopRequested = true;
    askStop();
    if (begun) return;
    emit({ t: 'stopped' });
    finish(0);
  };

  return {
    done,
    stop,
    request(request) {
      switch (request.t) {
        case 'start':
          if (!begun && !stopRequested) begin(train(request.spec));
          return;
        case 'serve':
          if (!begun && !stopRequested) begin(serve(request.spec));
          return;
        case 'predict':
          if (!begun && !stopRequested) begin(predict(request.spec));
          return;
        case 'probe':
          if (!begun && !stopRequested) begin(load(request.engine, request.enginesDir));
          return;
        case 'stop':
          stop();
          return;
        default:
          assertNever(request);
      }
    },
  };
}

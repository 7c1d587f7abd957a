import { readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { AppError } from '@shared/contract/errors';
import type { ModelQuestion } from '@shared/contract/models';
import { checkParams, type ParamValues } from '@shared/model/param';
import { PREDICTION_KIND, predictionOf, predictionParams } from '@shared/model/prediction';
import type { EngineId } from '@shared/model/recipes';
import { isFinal, type Run, type RunLabelsChange } from '@shared/model/run';
import { isLoopback, isModelName, SERVING_KIND, servingOf, servingParams, servingRefusal, type Served } from '@shared/model/serving';
import { message, messageOf } from '@shared/text/message';
import type { Jobs } from '../jobs/jobs-api';
import { refusedParam } from '../jobs/refused-param';

/** What is asked of a saved model, with its parameters. */
export interface ModelRequest {
  readonly engine: EngineId;
  readonly params: ParamValues;
  readonly labels?: RunLabelsChange | undefined;
}

/** Saved models: which run has one, and the runs that serve them. */
export interface Models {
  /** @returns the id of the run that serves @throws AppError 'not-found', 'invalid-input' */
  serve(request: ModelRequest, by: 'page' | 'terminal'): Promise<string>;
  /** @returns the id of the run that predicts all rows of a file @throws AppError 'not-found', 'invalid-input' */
  predictFile(request: ModelRequest, by: 'page' | 'terminal'): Promise<string>;
  /** @throws AppError 'not-found' */
  ofRun(runId: string): Promise<{ isSaved: boolean; servedBy: string[] }>;
  /** @throws AppError 'not-found', 'conflict' where it serves nothing now, 'disconnected' */
  ask(question: ModelQuestion, signal: AbortSignal): Promise<{ status: number; body: string }>;
}

const MODEL_FILE = 'model.json';
/** The name in the addresses where a folder's own cannot stand there. */
const ANY_NAME = 'model';

export function createModels(runs: Pick<Jobs, 'startWork' | 'get' | 'living' | 'artifactsOf'>): Models {
  const known = (runId: string): Run => {
    const run = runs.get(runId);
    if (run === null) throw new AppError('not-found', message('message.run.none', { run: runId }));
    return run;
  };
  const servers = (runId: string): Run[] =>
    runs.living().filter(({ kind, parent, status }) => kind === SERVING_KIND && parent === runId && !isFinal(status));

  /** The run that has saved a model; null = it is a folder. */
  const sourceOf = async (model: string): Promise<Run | null> => {
    if (isAbsolute(model)) return null;
    const source = known(model);
    if (!(await isFile(join(runs.artifactsOf(source.id), MODEL_FILE))))
      throw new AppError('not-found', message('message.models.runHasNone', { run: source.id }));
    return source;
  };

  return {
    async serve({ engine, params, labels = {} }, by) {
      const checked = checkParams(servingParams, params);
      if (checked.values === null) throw refusedParam(servingParams, checked.refusals);
      const refusal = servingRefusal(checked.values);
      if (refusal !== null) throw refusedParam(servingParams, { [refusal.param]: refusal.why });
      const settings = servingOf(checked.values);
      if (settings === null) throw new AppError('invalid-input', message('message.param.needed'));
      const isFolder = isAbsolute(settings.model);
      if (by === 'page' && (isFolder || !isLoopback(settings.host) || settings.tokenFile !== null))
        throw new AppError('invalid-input', message('message.models.terminalOnly'));
      const source = await sourceOf(settings.model);
      const { name = null, tags = [], notes = '' } = labels;
      return runs.startWork({
        ...{ kind: SERVING_KIND, name, tags, notes, engine },
        parent: source?.id ?? null,
        recipe: settings.name ?? source?.recipe ?? nameOf(settings.model),
        params: checked.values,
        paramSpecs: [...servingParams],
      });
    },
    async predictFile({ engine, params, labels = {} }, by) {
      if (by === 'page') throw new AppError('invalid-input', message('message.models.terminalOnly'));
      const checked = checkParams(predictionParams, params);
      const settings = checked.values === null ? null : predictionOf(checked.values);
      if (settings === null || checked.values === null) throw refusedParam(predictionParams, checked.refusals);
      const source = await sourceOf(settings.model);
      const { name = null, tags = [], notes = '' } = labels;
      return runs.startWork({
        ...{ kind: PREDICTION_KIND, name, tags, notes, engine },
        parent: source?.id ?? null,
        recipe: source?.recipe ?? nameOf(settings.model),
        params: checked.values,
        paramSpecs: [...predictionParams],
      });
    },
    async ofRun(runId) {
      known(runId);
      const isSaved = await isFile(join(runs.artifactsOf(runId), MODEL_FILE));
      return { isSaved, servedBy: servers(runId).map(({ id }) => id) };
    },
    async ask({ runId, verb, version, body }, signal) {
      const { status, control, params } = known(runId);
      const { served } = control;
      if (status !== 'running' || served === null) throw new AppError('conflict', message('message.models.notServing', { run: runId }));
      const at = version === null ? '' : `/versions/${version}`;
      const headers = { 'Content-Type': 'application/json', ...(await authorization(served, params)) };
      try {
        const address = `${served.address}/v1/models/${encodeURIComponent(served.name)}${at}:${verb}`;
        const answer = await fetch(address, { method: 'POST', body, headers, signal });
        return { status: answer.status, body: await answer.text() };
      } catch (error) {
        if (signal.aborted) throw new AppError('cancelled', message('message.core.cancelled', { name: 'models.ask' }));
        throw new AppError('disconnected', message('message.models.noAnswer', { why: messageOf(error) }), { cause: error });
      }
    },
  };
}

const nameOf = (folder: string): string => {
  const name = basename(folder).replaceAll(/\s/g, '-');
  return isModelName(name) ? name : ANY_NAME;
};

/** What a server with a token is shown: its file is this machine's. */
async function authorization({ hasToken }: Served, { tokenFile }: ParamValues): Promise<Record<string, string>> {
  if (!hasToken || typeof tokenFile !== 'string') return {};
  const [token = ''] = (await readFile(tokenFile, 'utf8')).split('\n');
  return { Authorization: `Bearer ${token.trim()}` };
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );

import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { parseParam, refusalOf, type ParamSpec, type ParamValue } from '@shared/model/param';
import { engineIds, type EngineId } from '@shared/model/recipes';
import { servingParams, servingRefusal } from '@shared/model/serving';
import type { RpcClient } from '@shared/rpc/client';
import { english } from '@shared/text/message';
import { dataOption, defineCommand, type CliContext } from '../command';
import { suggestion } from '../nearest';
import { UsageError } from '../usage';

export interface ServeModelRequest {
  readonly dataDir: string | null;
  readonly engine: EngineId;
  readonly params: Readonly<Record<string, ParamValue>>;
}

/** Options of the terminal: what is served is its argument. */
const options = servingParams.filter(({ name }) => name !== 'model');
const optionOf = ({ option, name }: ParamSpec): string => `--${option ?? name}`;
const defaultText = ({ default: value }: ParamSpec): string =>
  value === null || (Array.isArray(value) && value.length === 0) ? '' : `, default ${String(value)}`;

export const serveModelCommand = defineCommand({
  name: 'serve-model',
  summary: "serve a trained model over TensorFlow Serving's REST API, and price it",
  missing: 'Which model? serve-model RUN, or the folder of a saved one',
  define: (cli) => {
    const serve = cli
      .argument('<RUN|FOLDER>', 'a run that has saved a model, or a folder with a model.json or with numbered versions')
      .option('--engine <ENGINE>', `${engineIds.join(' or ')}, default ${engineIds[0]}`)
      .addOption(dataOption());
    for (const spec of options) {
      const value =
        spec.choices?.map((choice) => choice.value).join('|') ?? (spec.type === 'text' ? 'TEXT' : spec.type === 'list' ? 'NAME=N,…' : 'N');
      serve.addOption(new Option(`${optionOf(spec)} <${value}>`, `${english(spec.help)}${defaultText(spec)}`));
    }
    return serve;
  },
  check: (given, model): ServeModelRequest => {
    const engine = engineIds.find((id) => id === (given.engine ?? engineIds[0]));
    if (engine === undefined) throw new UsageError(`Unknown engine "${given.engine ?? ''}". ${suggestion(given.engine ?? '', engineIds)}`);
    const typed = new Map<string, unknown>(Object.entries(given));
    const params: Record<string, ParamValue> = Object.fromEntries(
      options.map((spec) => [spec.name, valueOf(spec, typed.get(new Option(optionOf(spec)).attributeName()))]),
    );
    if (typeof params['tokenFile'] === 'string') params['tokenFile'] = resolve(params['tokenFile']);
    const refusal = servingRefusal(params);
    const refused = refusal && options.find(({ name }) => name === refusal.param);
    if (refused) throw new UsageError(`${optionOf(refused)}: ${english(refusal.why)}.`);
    return { dataDir: given.data ?? null, engine, params: { ...params, model } };
  },
  run: serveModel,
});

function valueOf(spec: ParamSpec, typed: unknown): ParamValue {
  if (typeof typed !== 'string') return spec.default;
  const value = parseParam(spec, typed);
  const why = value === undefined ? 'a number is needed' : refusalOf(spec, value);
  if (value !== undefined && why === null) return value;
  throw new UsageError(`${optionOf(spec)} ${typed}: ${english(why ?? '')}.`);
}

async function serveModel({ dataDir, engine, params }: ServeModelRequest, context: CliContext): Promise<number> {
  const [{ linkToCore }, { followThere }, { followHere }, { findModel }] = await Promise.all([
    import('../../terminal-link/client'),
    import('../linked'),
    import('./run'),
    import('../find-model'),
  ]);
  const paths = context.paths(dataDir);
  const request = { engine, params: { ...params, model: findModel(paths.dataDir, String(params['model'])) } };
  const start = async ({ client }: { readonly client: RpcClient }): Promise<string> => (await client.call('models.serve', request)).runId;
  const linked = await linkToCore(paths.dataDir);
  return linked === null ? followHere(paths, context, start) : followThere(linked, context, () => start(linked), false);
}

import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import type { ParamSpec, ParamValue } from '@shared/model/param';
import { engineIds } from '@shared/model/recipes';
import { servingParams, servingRefusal } from '@shared/model/serving';
import { english } from '@shared/text/message';
import { dataOption, defineCommand } from '../command';
import type { ModelRunRequest } from '../model-run';
import { suggestion } from '../nearest';
import { optionOf, typedParam } from '../param-options';
import { UsageError } from '../usage';

/** Options of the terminal: what is served is its argument. */
const options = servingParams.filter(({ name }) => name !== 'model');
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
  check: (given, model): ModelRunRequest => {
    const engine = engineIds.find((id) => id === (given.engine ?? engineIds[0]));
    if (engine === undefined) throw new UsageError(`Unknown engine "${given.engine ?? ''}". ${suggestion(given.engine ?? '', engineIds)}`);
    const typed = new Map<string, unknown>(Object.entries(given));
    const params: Record<string, ParamValue> = Object.fromEntries(options.map((spec) => [spec.name, typedParam(spec, typed)]));
    if (typeof params['tokenFile'] === 'string') params['tokenFile'] = resolve(params['tokenFile']);
    const refusal = servingRefusal(params);
    const refused = refusal && options.find(({ name }) => name === refusal.param);
    if (refused) throw new UsageError(`${optionOf(refused)}: ${english(refusal.why)}.`);
    return { dataDir: given.data ?? null, engine, params: { ...params, model } };
  },
  run: async (request, context) => (await import('../model-run')).followModelRun('models.serve', request, context),
});

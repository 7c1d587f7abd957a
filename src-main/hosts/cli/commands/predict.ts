import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { predictionParams } from '@shared/model/prediction';
import { engineIds } from '@shared/model/recipes';
import { english } from '@shared/text/message';
import { dataOption, defineCommand } from '../command';
import type { ModelRunRequest } from '../model-run';
import { suggestion } from '../nearest';
import { optionOf, typedParam } from '../param-options';
import { UsageError } from '../usage';

/** Options of the terminal: the model and the files have their own places. */
const options = predictionParams.filter(({ name }) => !['model', 'input', 'output'].includes(name));

export const predictCommand = defineCommand({
  name: 'predict',
  summary: 'predict all rows of a file with a trained model, and price it',
  missing: 'Of which file, with which model? predict RUN rows.csv --out predictions.csv',
  define: (cli) => {
    const predict = cli
      .argument('<RUN|FOLDER>', 'a run that has saved a model, or a folder with one')
      .argument('<FILE>', 'CSV, or JSON lines: a row, or an object of named inputs, a line')
      .option('--out <FILE>', 'where to, CSV by its ending, else JSON lines; broken off, the same command goes on')
      .option('--engine <ENGINE>', `${engineIds.join(' or ')}, default ${engineIds[0]}`)
      .addOption(dataOption());
    for (const spec of options) {
      const fallback = spec.default === null || Array.isArray(spec.default) ? '' : `, default ${String(spec.default)}`;
      predict.addOption(new Option(`${optionOf(spec)} <${spec.type === 'list' ? 'A,B' : 'N'}>`, `${english(spec.help)}${fallback}`));
    }
    return predict;
  },
  check: (given, model, file): ModelRunRequest => {
    const engine = engineIds.find((id) => id === (given.engine ?? engineIds[0]));
    if (engine === undefined) throw new UsageError(`Unknown engine "${given.engine ?? ''}". ${suggestion(given.engine ?? '', engineIds)}`);
    if (given.out === undefined) throw new UsageError('Where to? --out FILE');
    const typed = new Map<string, unknown>(Object.entries(given));
    const params = Object.fromEntries(options.map((spec) => [spec.name, typedParam(spec, typed)]));
    return { dataDir: given.data ?? null, engine, params: { ...params, model, input: resolve(file), output: resolve(given.out) } };
  },
  run: async (request, context) => (await import('../model-run')).followModelRun('models.predictFile', request, context),
});

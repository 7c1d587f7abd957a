import { engineIds, recipeIds, recipes, type RecipeDef } from '@shared/model/recipes';

/** What --help prints: the words, their options with defaults, examples. */
export function helpText(version: string, dataDir: string): string {
  const recipeLines = recipeIds.map((id) => `      ${id}   ${recipes[id].name} (${recipes[id].dataset})`).join('\n');
  const first: RecipeDef = recipes[recipeIds[0]];
  const { defaults } = first;
  return `Coldaisle ${version}: what each training run learned, drew and cost.

npm start                     open the window; without a display, serve the console
npm start -- WORD [OPTIONS]

WORDS
  serve                       run without a window and serve the same page on this machine only
      --port N                default: any free one
      --scenario NAME         as below
  train RECIPE                train in this terminal and price it
${recipeLines}
      --epochs N              default ${defaults.epochs}
      --batch-size N          default ${defaults.batchSize}
      --learning-rate X       default ${defaults.learningRate}
      --hidden N              hidden units, default ${defaults.hiddenUnits}
      --validation-split X    share held out, default ${defaults.validationSplit}
      --seed N                default ${defaults.seed}
      --engine ENGINE         ${engineIds.join(' or ')}, default ${first.engines[0] ?? ''}
  doctor                      list every sensor, engine and permission of this machine, and the repair
  engine cuda                 install the second engine (TensorFlow with CUDA, several hundred MB)

OPTIONS
  --scenario NAME             a simulated room instead of this machine: workstation, rack or hall; in a database of its own
  --data DIR                  where the database lives, default ${dataDir}
  --help, --version

EXAMPLES
  npm start -- train ${first.id} --epochs 3
  npm start -- --scenario rack
  npm start -- serve --port 8800 --data ./lab`;
}

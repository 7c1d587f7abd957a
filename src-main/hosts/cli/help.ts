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
      --token-file FILE       put the token there, for you alone, instead of showing it; removed at the end
      --scenario NAME, --gpu-hz N  as below
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
  import FILE…                take in measurements, OpenMetrics or CSV (or .gz); goes on where it was interrupted
      --map RULES             what metrics or columns are, where the file does not say: NAME=METRIC@DEVICE*SCALE,…
                              or a JSON file; NAME=- leaves it out, NAME#2 is the second of a name, #3 the third column
      --time COLUMN           a CSV file's time, or DATE+TIME; default: found out, as all that follows
      --zone ZONE             of times that name none: Europe/Berlin or +01:00; default: this machine's
      --start T               where a clock without a date, or elapsed seconds, begin: 2026-11-20 or 2026-11-20T17:00
      --dates FORM            day-first, month-first or excel-1904
      --separator SIGN        or comma, semicolon, tab, bar;  --decimal SIGN: point or comma
      --skip N                lines before the header
      --encoding NAME         utf-8, utf-16le, utf-16be, windows-1252 or gb18030
      --machine NAME          who recorded it, where the file does not say: local for this machine, or another's name
      --format FORMAT         openmetrics or csv, default: from the first line
      --report FILE           where lines that were skipped are told, default: in the data folder
  export FILE                 write out recorded samples at full resolution
      --format FORMAT         csv, openmetrics or parquet, default: from the file's ending
      --from T, --to T        as 2026-11-23T14:00, or 6h for six hours ago; default: all
      --device D, --metric M  names separated by commas, * for any text; --series N,… for numbers
  backup FILE                 copy the whole database, also while it is recorded to
  restore FILE                put a backup in the database's place; the one before is set aside

OPTIONS
  --scenario NAME             a simulated room instead of this machine: workstation, rack or hall; in a database of its own
  --gpu-hz N                  samples a second of each NVIDIA GPU, 1 to 10; gpu3=10 for one; becomes the setting
  --data DIR                  where the database lives, default ${dataDir}
  --help, --version

EXAMPLES
  npm start -- train ${first.id} --epochs 3
  npm start -- --scenario rack
  npm start -- serve --port 8800 --data ./lab
  npm start -- export gpus.parquet --device 'gpu*' --from 7d
  npm start -- import node.om --map 'node_load1=host.load1@host'`;
}

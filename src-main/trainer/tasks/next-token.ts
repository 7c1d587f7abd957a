import { tokensOf } from '@shared/datasets/steps/tokenise';
import type { Task, TrainingRecipe } from '@shared/studio/recipe';
import { declarationsOf } from '@shared/studio/recipe-scalars';
import { message } from '@shared/text/message';
import { scoreRows, type Outputs } from '../losses';
import { SeededRandom } from '../random';
import { columnAt, RecipeRefused, type Prepared } from '../prepared';
import type { Meter, SampleRange, TaskData } from './task';

type NextTokenTask = Extract<Task, { type: 'next-token' }>;

/** Stands for what training did not have; 0 fills up, as in the step that makes tokens. */
const UNKNOWN = 1;
const FIRST_TOKEN = 2;
/** Between the texts of two rows. */
const BETWEEN = '\n\n';

/**
 * The texts of all rows one after another; the parts are stretches of it, the test part its end. A model that tells a token for each
 * place of its context learns from all of them at once, and is shown each stretch once an epoch; one that tells only the next is
 * shown every place, or one of so many.
 *
 * @param everyPlace whether the model tells a token for each place
 * @throws RecipeRefused
 */
export function nextTokenData({ table }: Prepared, recipe: TrainingRecipe, task: NextTokenTask, everyPlace: boolean): TaskData {
  const { by, context, stride, vocabulary } = task;
  const { data } = columnAt(table, recipe.inputs[0] ?? '', ['inputs', 0]);
  if (data.type !== 'text')
    throw new RecipeRefused(['inputs', 0], message('message.recipe.noText', { column: recipe.inputs[0] ?? '', type: data.type }));
  const all = tokensOf(data.values.filter((text) => text !== null).join(BETWEEN), by);
  const testFrom = all.length - Math.round(all.length * task.test);
  const validationFrom = testFrom - Math.round(all.length * task.validation);
  const words = mostFrequent(all.slice(0, validationFrom), vocabulary);
  const places = new Map(words.map((word, place) => [word, place + FIRST_TOKEN]));
  const tokens = Int32Array.from(all, (token) => places.get(token) ?? UNKNOWN);
  const size = vocabulary + FIRST_TOKEN;
  /** Where each sample's context begins. */
  const stretches = (from: number, to: number): Uint32Array => {
    const step = everyPlace ? context : stride;
    return Uint32Array.from({ length: Math.max(0, Math.floor((to - from - context - 1) / step) + 1) }, (_, i) => from + i * step);
  };
  const parts = {
    train: stretches(0, validationFrom),
    validation: stretches(validationFrom, testFrom),
    test: stretches(testFrom, all.length),
  };
  if (parts.train.length === 0) throw new RecipeRefused(['task', 'context'], message('message.recipe.noTraining'));
  if (parts.validation.length === 0) throw new RecipeRefused(['task', 'validation'], message('message.recipe.noValidation'));
  if (parts.test.length === 0) throw new RecipeRefused(['task', 'test'], message('message.recipe.noTest'));
  const each = everyPlace ? context : 1;
  const labelsOf = ({ order, from, count }: SampleRange): Int32Array => {
    const labels = new Int32Array(count * each);
    for (let i = 0; i < count; i++) {
      const begin = (order[from + i] ?? 0) + context - each + 1;
      labels.set(tokens.subarray(begin, begin + each), i * each);
    }
    return labels;
  };
  const unigram = unigramOf(tokens.subarray(0, validationFrom), size);

  return {
    input: [context],
    output: { shapes: everyPlace ? [[context, size]] : [[size]], activation: 'softmax' },
    parts,
    random: new SeededRandom(recipe.seed),
    leftOut: 0,
    scalars: declarationsOf(task),
    inputs({ order, from, count }) {
      const x = new Float32Array(count * context);
      for (let i = 0; i < count; i++) {
        const begin = order[from + i] ?? 0;
        x.set(tokens.subarray(begin, begin + context), i * context);
      }
      return x;
    },
    score: (outputs, samples, gradient) => ({ loss: scoreRows(outputs, labelsOf(samples), gradient).loss }),
    meter: (part) => new TokenMeter(labelsOf, part === 'test' ? unigram : null),
    ownUnits: null,
    kept: { vocabulary: words, by, context },
  };
}

/** The most frequent first, of equal ones by their letters. */
function mostFrequent(tokens: readonly string[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return [...counts]
    .sort(([a, inA], [b, inB]) => inB - inA || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([token]) => token);
}

/** −ln p of each token by how often the training part has it, one added to each count (Laplace). */
function unigramOf(train: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size).fill(1);
  for (const token of train) counts[token] = (counts[token] ?? 0) + 1;
  return counts.map((count) => -Math.log(count / (train.length + size)));
}

class TokenMeter implements Meter {
  private tokens = 0;
  private loss = 0;
  private unigramLoss = 0;

  constructor(
    private readonly labelsOf: (samples: SampleRange) => Int32Array,
    private readonly unigram: Float64Array | null,
  ) {}

  add(outputs: Outputs, samples: SampleRange): void {
    const labels = this.labelsOf(samples);
    this.tokens += labels.length;
    this.loss += scoreRows(outputs, labels).loss * labels.length;
    if (this.unigram !== null) for (const label of labels) this.unigramLoss += this.unigram[label] ?? NaN;
  }

  values(): Record<string, number> {
    const loss = this.loss / this.tokens;
    if (this.unigram === null) return { loss };
    return { loss, loss_unigram: this.unigramLoss / this.tokens, perplexity: Math.exp(loss) };
  }
}

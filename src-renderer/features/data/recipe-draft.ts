import type { ColumnType, DatasetColumn } from '@shared/model/dataset';
import type { DataStep, StepId } from '@shared/model/dataset-recipe';

/** As what a step is chosen: one entry of the list of the form. */
export const stepChoices = [
  'drop-columns',
  'drop-missing',
  'drop-duplicates',
  'to-number',
  'fill-mean',
  'fill-median',
  'fill-most-frequent',
  'fill-previous',
  'clip',
  'encode-one-hot',
  'encode-codes',
  'normalise-standard',
  'normalise-min-max',
  'normalise-robust',
  'tokenise-word',
  'tokenise-character',
] as const;
export type StepChoice = (typeof stepChoices)[number];

/** Of what is beyond it on either side, a clip keeps this share. */
const CLIPPED = 0.01;
const VOCABULARY = 5_000;
const TOKENS = 64;

const numbers: readonly ColumnType[] = ['number'];
const words: readonly ColumnType[] = ['category', 'text'];
const plain: readonly ColumnType[] = ['number', 'time', 'category', 'text'];
const fits: Readonly<Record<StepId, readonly ColumnType[] | null>> = {
  'drop-columns': null,
  'drop-missing': null,
  'drop-duplicates': null,
  'to-number': words,
  fill: plain,
  clip: numbers,
  encode: words,
  normalise: numbers,
  tokenise: words,
};

/** The columns that a step can be done to; the target is left as it is. */
export function columnsThatFit(choice: StepChoice, columns: readonly DatasetColumn[], target: string | null): string[] {
  const step = stepOf(choice, ['']);
  const types = choice === 'fill-mean' || choice === 'fill-median' ? numbers : fits[step.do];
  return columns.filter(({ name, type }) => name !== target && (types === null || types.includes(type))).map(({ name }) => name);
}

/** The step that was chosen, to be done to these columns. */
export function stepOf(choice: StepChoice, columns: string[]): DataStep {
  switch (choice) {
    case 'drop-duplicates':
      return { do: choice };
    case 'drop-columns':
    case 'drop-missing':
    case 'to-number':
      return { do: choice, columns };
    case 'fill-mean':
      return { do: 'fill', columns, with: 'mean' };
    case 'fill-median':
      return { do: 'fill', columns, with: 'median' };
    case 'fill-most-frequent':
      return { do: 'fill', columns, with: 'most-frequent' };
    case 'fill-previous':
      return { do: 'fill', columns, with: 'previous' };
    case 'clip':
      return { do: 'clip', columns, low: CLIPPED, high: 1 - CLIPPED };
    case 'encode-one-hot':
      return { do: 'encode', columns, as: 'one-hot' };
    case 'encode-codes':
      return { do: 'encode', columns, as: 'codes' };
    case 'normalise-standard':
      return { do: 'normalise', columns, as: 'standard' };
    case 'normalise-min-max':
      return { do: 'normalise', columns, as: 'min-max' };
    case 'normalise-robust':
      return { do: 'normalise', columns, as: 'robust' };
    case 'tokenise-word':
      return { do: 'tokenise', columns, by: 'word', vocabulary: VOCABULARY, length: TOKENS };
    case 'tokenise-character':
      return { do: 'tokenise', columns, by: 'character', vocabulary: VOCABULARY, length: TOKENS };
  }
}

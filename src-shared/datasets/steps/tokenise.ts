import type { ColumnData } from '../column';
import { changed, columnsFor, textsOf, wordsOf, type StepKind, type StepOf } from './step';

/** Fills up what is shorter; and stands for what training did not have. */
const PADDING = 0;
const UNKNOWN = 1;
const FIRST_TOKEN = 2;
const CJK = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}`;
/** Words and numbers; a sign of its own is a token, and so is each Chinese, Japanese or Korean character, between which no blank stands. */
const WORDS = new RegExp(String.raw`[${CJK}]|(?:(?![${CJK}])[\p{L}\p{N}'’])+|[^\s\p{L}\p{N}]`, 'gu');

export const tokenise: StepKind<'tokenise'> = {
  id: 'tokenise',
  fit: (step, train) =>
    Object.fromEntries(
      columnsFor(train, step.columns, ['text', 'category']).map(({ name, data }) => [name, vocabularyOf(textsOf(data), step)]),
    ),
  apply: (step, fit, table) =>
    changed(table, step.columns, ({ name, data }): ColumnData => {
      const places = new Map(wordsOf(fit, name).map((word, place) => [word, place + FIRST_TOKEN]));
      const values = new Int32Array(table.rows * step.length).fill(PADDING);
      textsOf(data).forEach((text, row) => {
        tokensOf(text ?? '', step.by)
          .slice(0, step.length)
          .forEach((token, i) => (values[row * step.length + i] = places.get(token) ?? UNKNOWN));
      });
      return { type: 'vector', shape: [step.length], values };
    }),
};

/** In lower case by words; as they are by characters. */
export function tokensOf(text: string, by: StepOf<'tokenise'>['by']): string[] {
  return by === 'character' ? [...text] : (text.toLowerCase().match(WORDS) ?? []);
}

/** Most frequent first, of equal ones by their letters, so that the order of rows makes no difference. */
function vocabularyOf(texts: readonly (string | null)[], { by, vocabulary }: StepOf<'tokenise'>): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const token of tokensOf(text ?? '', by)) counts.set(token, (counts.get(token) ?? 0) + 1);
  const order = [...counts].sort(([a, inA], [b, inB]) => inB - inA || (a < b ? -1 : 1));
  return order.slice(0, vocabulary).map(([token]) => token);
}

import type { ColumnData } from '@shared/datasets/column';
import { MAX_CATEGORIES } from '@shared/model/dataset';
import { arrayColumn } from './array-column';
import type { NpyArray } from './npy-array';

/** The rows of an array as a column; few different texts are categories. */
export function npyColumn({ shape, values }: NpyArray): ColumnData {
  if (!isTexts(values)) return arrayColumn(shape.slice(1), values);
  const distinct = [...new Set(values)].sort();
  if (distinct.length > MAX_CATEGORIES || distinct.length * 2 > values.length) return { type: 'text', values };
  const codes = new Map(distinct.map((text, code) => [text, code]));
  return { type: 'category', categories: distinct, codes: Int32Array.from(values, (text) => codes.get(text) ?? -1) };
}

const isTexts = (values: NpyArray['values']): values is readonly string[] => Array.isArray(values);

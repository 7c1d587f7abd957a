import type { ImportFormat } from '@shared/model/import';
import type { FileHead, TransferFormat } from './format';
import { openMetrics } from './openmetrics';
import { ownCsv } from './own-csv';
import { table } from './table';

/** Every format, the more particular first: of two that are as sure, the first is taken. */
export const formats: readonly TransferFormat[] = [ownCsv, openMetrics, table];

/** The format of a file by its beginning; `id` = only of those that are called so. */
export function detectFormat(head: FileHead, id: ImportFormat | null = null): TransferFormat {
  const asked = formats.filter((format) => id === null || format.id === id);
  const [best = table] = [...asked].sort((a, b) => b.detect(head) - a.detect(head));
  return best;
}

import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { familyName } from '../../../../src-main/core/transfer/names';
import english from '../../../../src-renderer/i18n/en/model.json';
import chinese from '../../../../src-renderer/i18n/zh-CN/model.json';
import { metricDef, metricIds, type MetricId } from '../../../../src-shared/model/metrics';

const KINDS = {
  gauge: 'a value at a moment',
  rate: 'what passed a second, since the tick before',
  counter: 'grows until its source starts anew',
} as const;

function range([low, high]: readonly [number, number]): string {
  const number = (value: number): string =>
    Math.abs(value) >= 2 ** 31 ? value.toExponential(1).replace('e+', ' × 10^') : value.toLocaleString('en', { maximumFractionDigits: 4 });
  return `${number(low)} … ${number(high)}`;
}

function row(id: MetricId): string {
  const { unit, kind, range: limits } = metricDef(id);
  return `| \`${id}\` | ${english[`metric.${id}`]} | ${chinese[`metric.${id}`]} | ${unit} | ${kind} | ${range(limits)} | \`${familyName({ metric: id })}\` |`;
}

const page = (): string =>
  [
    '# The metrics',
    '',
    'Made from the catalogue, `src-shared/model/metrics.ts`, which charts, export, import and the doctor read too; `npx vitest run -u tests/unit/shared/model/metrics-page.test.ts` writes it anew.',
    'A reading outside of its range is garbage from a driver or sensor and counts as missing.',
    '',
    ...Object.entries(KINDS).map(([kind, words]) => `- *${kind}*: ${words}`),
    '',
    '| metric | English | 中文 | unit | kind | range | in OpenMetrics |',
    '|---|---|---|---|---|---|---|',
    ...metricIds.map(row),
    '',
  ].join('\n');

it('docs/metrics.md tells every metric of the catalogue', async () => {
  await expect(page()).toMatchFileSnapshot(resolve('docs/metrics.md'));
});

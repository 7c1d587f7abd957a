import { expect, it } from 'vitest';
import { zhCN } from '../../../../src-renderer/i18n/chinese';

/** docs/chinese-terms.md says what stands in their place; behind the word, where it may stand all the same. */
const notUsed: readonly { readonly word: string; readonly except?: RegExp }[] = [
  { word: '房间' },
  { word: '机架' },
  { word: '计算节点' },
  { word: '装置' },
  { word: '数据源' },
  { word: '数据来源' },
  { word: '功耗' },
  { word: '仿真' },
  { word: '情景' },
  { word: '作业' },
  { word: '费率' },
  { word: '冷却', except: /自然冷却|冷却(水|指数)/g },
];

it.each(notUsed)('no text says $word', ({ word, except }) => {
  const found = Object.entries(zhCN).filter(([, text]) => (except ? text.replaceAll(except, '') : text).includes(word));
  expect(found).toEqual([]);
});

it('calls a limit a threshold only on a chart', () => {
  const found = Object.entries(zhCN).filter(([key, text]) => text.includes('阈值') && !key.startsWith('history.'));
  expect(found).toEqual([]);
});

it('closes no sentence of Chinese with the punctuation of Latin', () => {
  expect(Object.entries(zhCN).filter(([, text]) => /[\u4e00-\u9fff][,;:?!](\s|$)/.test(text))).toEqual([]);
});

it('leaves a space between Chinese and a unit or a number that it names', () => {
  // A placeholder is a number or a name in most texts.
  expect(Object.entries(zhCN).filter(([, text]) => /[\u4e00-\u9fff](kWh|W|GPU|CPU)\b|\b(kWh|GPU|CPU)[\u4e00-\u9fff]/.test(text))).toEqual(
    [],
  );
});

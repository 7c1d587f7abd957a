import { describe, expect, it } from 'vitest';
import { formatFor } from '../../../../src-renderer/i18n/format';
import { compareValues, rowFits, widestTexts, wordsOf, type DataColumn } from '../../../../src-renderer/ui/table/columns';
import { tableCsv } from '../../../../src-renderer/ui/table/csv';
import { keepView, readView } from '../../../../src-renderer/ui/table/kept-view';

interface Row {
  readonly name: string;
  readonly watts: number | null;
}

const format = formatFor('en');
const columns: readonly DataColumn<Row>[] = [
  { id: 'name', name: 'Name', role: 'head', value: ({ name }) => name },
  { id: 'power', name: 'Power', unit: 'W', isNumber: true, value: ({ watts }) => watts, text: ({ watts }) => format.number(watts, 1) },
  { id: 'deeds', name: 'Deeds', role: 'actions', value: () => 'press' },
];

describe('order', () => {
  it('puts numbers in their order and names as the language has them', () => {
    expect([10, 9, 100].sort((a, b) => compareValues(a, b, format))).toEqual([9, 10, 100]);
    expect(['gpu10', 'gpu2', 'Änderung', 'Z'].sort((a, b) => compareValues(a, b, format))).toEqual(['Änderung', 'gpu2', 'gpu10', 'Z']);
  });

  it('keeps numbers apart from names', () => {
    expect(['b', 2, 'a', 1].sort((a, b) => compareValues(a, b, format))).toEqual([1, 2, 'a', 'b']);
  });
});

describe('filter', () => {
  const fits = (row: Row, text: string): boolean => rowFits(columns, row, wordsOf(text, 'en'), format);
  it('wants each word somewhere in the row as it is shown, whatever its case', () => {
    expect(fits({ name: 'Rack PDU', watts: 1234.5 }, 'pdu 1,234')).toBe(true);
    expect(fits({ name: 'Rack PDU', watts: 1234.5 }, 'pdu 99')).toBe(false);
    expect(fits({ name: 'Rack', watts: null }, '0')).toBe(false);
  });

  it('does not look at buttons', () => {
    expect(fits({ name: 'Rack', watts: null }, 'press')).toBe(false);
  });
});

describe('a file of a table', () => {
  it('has the units in its head, numbers as they are, and nothing for what is missing', () => {
    const text = tableCsv(
      columns,
      [
        { name: 'a,b "c"', watts: 0.1 + 0.2 },
        { name: 'd', watts: null },
        { name: 'e', watts: -3 },
      ],
      format,
    );
    expect(text).toBe('\uFEFFName,Power (W)\r\n"a,b ""c""",0.30000000000000004\r\nd,\r\ne,-3\r\n');
  });

  it('holds no formula', () => {
    for (const name of ['=1+1', '+1', '-1', '@sum', '\t=1'])
      expect(tableCsv(columns.slice(0, 1), [{ name, watts: null }], format)).toBe(`\uFEFFName\r\n'${name}\r\n`);
    expect(tableCsv(columns.slice(0, 1), [{ name: '=HYPERLINK("x","y")', watts: null }], format)).toContain(`"'=HYPERLINK(""x"",""y"")"`);
  });
});

it('knows the widest text of each column', () => {
  const rows = [
    { name: 'short', watts: 5 },
    { name: 'the longest name', watts: null },
    { name: 'x', watts: -12_345 },
  ];
  expect(widestTexts(columns, rows, format)).toEqual(['the longest name', '−12,345.0', '']);
});

describe('what is kept of a table', () => {
  const storage = (): Storage & { values: Map<string, string> } => {
    const values = new Map<string, string>();
    return {
      values,
      getItem: (key: string) => values.get(key) ?? null,
      setItem: (key: string, value: string) => void values.set(key, value),
      removeItem: (key: string) => void values.delete(key),
    } as Storage & { values: Map<string, string> };
  };

  it('comes back, each table by itself', () => {
    const own = storage();
    const view = { sort: { by: 'power', direction: 'descending' as const }, shown: { power: true } };
    keepView(own, 'runs', view);
    expect(readView(own, 'runs')).toEqual(view);
    expect(readView(own, 'sources')).toEqual({ sort: null, shown: {} });
    keepView(own, 'runs', null);
    expect(own.values.size).toBe(0);
  });

  it('is nothing where it cannot be read', () => {
    const own = storage();
    own.setItem('coldaisle.table.runs', '{"sort":3');
    expect(readView(own, 'runs')).toEqual({ sort: null, shown: {} });
  });
});

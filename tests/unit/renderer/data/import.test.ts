import { describe, expect, it } from 'vitest';
import { foundOut, type ImportPlan, type ImportPreview } from '@shared/model/import';
import { draftFor, draftOf, isEnough, planOf, wrongRows, type MappingDraft } from '../../../../src-renderer/data/import-mapping';
import { Format } from '../../../../src-renderer/i18n/format';

const read = new Format('en').parse;

const base: ImportPreview = {
  format: 'csv',
  packed: false,
  columns: [],
  timeColumn: null,
  foreign: [],
  reading: null,
  samples: [],
  apart: null,
  skippedColumns: [],
  badLines: [],
  problem: null,
};
const table: ImportPreview = { ...base, columns: ['when', 'kW'], timeColumn: 'when', foreign: [{ name: 'kW', labels: [] }] };
const text: ImportPreview = {
  ...base,
  format: 'openmetrics',
  foreign: [
    { name: 'DCGM_POWER', labels: ['gpu', 'Hostname'] },
    { name: 'node_load1', labels: ['instance'] },
  ],
};
const says = (draft: MappingDraft, name: string, patch: Partial<MappingDraft['rows'][number]>): MappingDraft => ({
  ...draft,
  rows: draft.rows.map((row) => (row.name === name ? { ...row, ...patch } : row)),
});

describe('what a person says of a file', () => {
  it('a CSV file may be left as it is found; what is said of a column is a rule', () => {
    const empty = draftOf(table, null);
    expect(isEnough(table, empty, read)).toBe(true);
    expect(planOf(table, empty, read)).toEqual({ timeColumn: null, rules: [], csv: foundOut, machine: null });
    const mapped = says(empty, 'kW', { is: 'gpu.power', device: ' gpu0 ', scale: '1e3' });
    expect(planOf(table, { ...mapped, timeColumn: 'when' }, read)).toEqual({
      timeColumn: 'when',
      rules: [{ name: 'kW', metric: 'gpu.power', device: 'gpu0', scale: 1000 }],
      csv: foundOut,
      machine: null,
    });
    expect(planOf(table, says(empty, 'kW', { is: 'gpu.power' }), read).rules[0]?.device).toBe('{device}');
    expect(planOf(table, says(empty, 'kW', { is: 'leave' }), read).rules).toEqual([
      { name: 'kW', metric: null, device: '{device}', scale: 1 },
    ]);
  });

  it('a file that cannot be read yet, or a number of lines that is none, keeps it from beginning', () => {
    expect(isEnough({ ...table, problem: 'no time' }, draftOf(table, null), read)).toBe(false);
    expect(isEnough(table, { ...draftOf(table, null), skip: 'x' }, read)).toBe(false);
    expect(planOf(table, { ...draftOf(table, null), skip: ' 2 ' }, read).csv.skip).toBe(2);
  });

  it('OpenMetrics may be left as it is; devices are guessed by the usual labels', () => {
    const draft = draftOf(text, null);
    expect(draft.rows.map(({ device }) => device)).toEqual(['gpu{gpu}', 'node/{instance}']);
    expect(isEnough(text, draft, read)).toBe(true);
    expect(planOf(text, draft, read)).toEqual({ timeColumn: null, rules: [], csv: foundOut, machine: null });
  });

  it('a factor that is none, or a device without a name, is told by its row; a factor is written as the language writes it', () => {
    const draft = says(says(draftOf(text, null), 'DCGM_POWER', { is: 'gpu.power', scale: '0' }), 'node_load1', {
      is: 'host.load1',
      device: ' ',
    });
    expect(wrongRows(text, draft, read)).toEqual([0, 1]);
    expect(isEnough(text, draft, read)).toBe(false);
    const mended = says(says(draft, 'DCGM_POWER', { scale: '1,500' }), 'node_load1', { device: 'host' });
    expect(planOf(text, mended, read).rules.map(({ scale }) => scale)).toEqual([1500, 1]);
    expect(wrongRows(text, says(mended, 'DCGM_POWER', { scale: '0,001' }), read)).toEqual([0]);
  });

  it('begins with what was said the last time, and keeps it for names that come again', () => {
    const plan: ImportPlan = {
      timeColumn: null,
      rules: [{ name: 'node_load1', metric: 'host.load1', device: 'host', scale: 2 }],
      csv: { ...foundOut, zone: 'Asia/Tokyo', skip: 3 },
      machine: 'n7',
    };
    const draft = draftOf(text, plan);
    expect(planOf(text, draft, read)).toEqual(plan);
    expect(planOf(text, draftFor({ ...text, foreign: [...text.foreign].reverse() }, draft), read)).toEqual(plan);
    expect(draftFor({ ...text, foreign: [] }, draft).rows).toEqual([]);
  });
});

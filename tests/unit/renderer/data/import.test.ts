import { describe, expect, it } from 'vitest';
import { IMPORT_PIECE_BYTES, type ImportPreview } from '@shared/model/import';
import { draftOf, isEnough, planOf, wrongRows, type MappingDraft } from '../../../../src-renderer/data/import-mapping';
import { ImportUpload, type FileLike } from '../../../../src-renderer/data/import-upload';
import { fakeImports } from '../../../fakes/page-core-imports';
import { wire } from '../wired';

const table: ImportPreview = { format: 'csv', packed: false, columns: ['when', 'kW'], timeColumn: null, foreign: ['when', 'kW'].map((name) => ({ name, labels: [] })) };
const text: ImportPreview = { format: 'openmetrics', packed: false, columns: [], timeColumn: null, foreign: [{ name: 'DCGM_POWER', labels: ['gpu', 'Hostname'] }, { name: 'node_load1', labels: ['instance'] }] };
const says = (draft: MappingDraft, name: string, patch: Partial<MappingDraft['rows'][number]>): MappingDraft => ({ ...draft, rows: draft.rows.map((row) => (row.name === name ? { ...row, ...patch } : row)) });

describe('what a person says of foreign names', () => {
  it('a CSV file of others needs its time and a column of values', () => {
    const empty = draftOf(table, null);
    expect(isEnough(table, empty)).toBe(false);
    const mapped = says(empty, 'kW', { metric: 'gpu.power', device: ' gpu0 ', scale: '1e3' });
    expect(isEnough(table, mapped)).toBe(false);
    const timed = { ...mapped, timeColumn: 'when' };
    expect(isEnough(table, timed)).toBe(true);
    expect(planOf(table, timed)).toEqual({ timeColumn: 'when', rules: [{ name: 'kW', metric: 'gpu.power', device: 'gpu0', scale: 1000 }] });
    // The time is no value, whatever was said of it before.
    expect(isEnough(table, { ...mapped, timeColumn: 'kW' })).toBe(false);
  });

  it('OpenMetrics may be left as it is; devices are guessed by the usual labels', () => {
    const draft = draftOf(text, null);
    expect(draft.rows.map(({ device }) => device)).toEqual(['gpu{gpu}', 'node/{instance}']);
    expect(isEnough(text, draft)).toBe(true);
    expect(planOf(text, draft)).toEqual({ timeColumn: null, rules: [] });
  });

  it('a factor that is none, or a device without a name, is told by its row; a comma is a point', () => {
    const draft = says(says(draftOf(text, null), 'DCGM_POWER', { metric: 'gpu.power', scale: '0' }), 'node_load1', { metric: 'host.load1', device: ' ' });
    expect(wrongRows(draft)).toEqual([0, 1]);
    expect(isEnough(text, draft)).toBe(false);
    const mended = says(says(draft, 'DCGM_POWER', { scale: '0,001' }), 'node_load1', { device: 'host' });
    expect(planOf(text, mended).rules.map(({ scale }) => scale)).toEqual([0.001, 1]);
  });

  it('begins with what was said the last time', () => {
    const plan = { timeColumn: null, rules: [{ name: 'node_load1', metric: 'host.load1' as const, device: 'host', scale: 2 }] };
    expect(planOf(text, draftOf(text, plan))).toEqual(plan);
  });
});

describe('a file that is sent', () => {
  const content = 'x'.repeat(IMPORT_PIECE_BYTES) + 'the end';
  const file = (bytes: string): FileLike => ({ name: 'a.om', size: bytes.length, lastModified: 1, slice: (from, to) => new Blob([bytes.slice(from, to)]) });

  it('comes in whole, and goes on where it was', async () => {
    const imports = fakeImports();
    const { client, dispose } = wire('bare', (api) => ({ ...api, commands: { ...api.commands, ...imports.commands } }));
    const { id } = await client.call('import.offer', { name: 'a.om', bytes: content.length, modifiedMs: 1 });
    await client.call('import.piece', { id, offset: 0, base64: btoa(content.slice(0, 1000)) });
    expect(await new ImportUpload(client).send(file(content))).toBe(id);
    expect(imports.sent.get(id)).toBe(content);
    await expect(new ImportUpload(client).send(file(''))).rejects.toMatchObject({ code: 'invalid-input' });
    dispose();
  });

  it('stops between two pieces', async () => {
    const imports = fakeImports();
    const { client, dispose } = wire('bare', (api) => ({ ...api, commands: { ...api.commands, ...imports.commands } }));
    const upload = new ImportUpload(client);
    upload.dispose();
    expect(await upload.send(file(content))).toBeNull();
    expect([...imports.sent]).toEqual([]);
    dispose();
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { foundOut, IMPORT_CHUNK_BYTES, type ImportEntry, type ImportPreview } from '@shared/model/import';
import { ImportDraft } from '../../../src-renderer/data/import-draft';
import { ImportUpload, type FileLike } from '../../../src-renderer/data/import-upload';
import { startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';
import { Format } from '../../../src-renderer/i18n/format';

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 20 });
const LINES = 30_000;
const firstMs = Math.floor(Date.now() / 1000) * 1000 - LINES * 1000;
/** A CSV file of more than one piece: one second after the other, in the time of its zone. */
const content = ['time,PDU 1 power [W]', ...Array.from({ length: LINES }, (_, i) => `${firstMs + i * 1000},${400 + (i % 100)}.25`)].join(
  '\n',
);

let room: TestCore;
beforeAll(async () => {
  room = await startTestCore({ scenario: 'workstation' });
});
afterAll(() => room.close());

const file = (name: string, text = content): FileLike => ({
  name,
  size: text.length,
  lastModified: 1_700_000_000_000,
  slice: (from, to) => new Blob([text.slice(from, to)]),
});

/** A page, and what it is told of the imports. */
function open(): TestPage & { entry: (id: string) => ImportEntry | undefined } {
  const page = room.open();
  let entries: readonly ImportEntry[] = [];
  page.client.subscribe('import.live', {}, { onFrame: (state) => (entries = state.entries) });
  return { ...page, entry: (id) => entries.find((one) => one.id === id) };
}

describe('a file that is sent', () => {
  it('comes in whole, goes on where it was, and is recorded as it says', async () => {
    expect(content.length).toBeGreaterThan(1000 + IMPORT_CHUNK_BYTES);
    const { client, wire, entry } = open();
    const { id } = await client.call('import.beginUpload', { name: 'pdu.csv', bytes: content.length, modifiedMs: 1_700_000_000_000 });
    await client.call('import.chunk', { id, offset: 0, bytes: new TextEncoder().encode(content.slice(0, 1000)) });
    expect(await new ImportUpload(client).send(file('pdu.csv'))).toBe(id);
    // The second offer goes on after what the first one brought.
    expect(wire.callsOf('import.chunk').map(({ input }) => input.offset)).toEqual([0, 1000, 1000 + IMPORT_CHUNK_BYTES]);
    await soon(() =>
      expect(entry(id)).toMatchObject({ stage: 'ready', receivedBytes: content.length, preview: { format: 'csv', problem: null } }),
    );

    await client.call('import.start', {
      id,
      plan: {
        timeColumn: 'time',
        rules: [{ name: 'PDU 1 power [W]', metric: 'facility.meter.power', device: 'room/pdu1', scale: 1 }],
        csv: foundOut,
        machine: null,
      },
    });
    await soon(() => expect(entry(id)).toMatchObject({ stage: 'done', outcome: { newSeries: 1, fresh: LINES, repeated: 0 } }));
    const [seriesId] = entry(id)!.outcome!.seriesIds;
    const { columns } = await client.call('history.query', {
      seriesIds: [seriesId!],
      fromMs: firstMs,
      toMs: firstMs + 10_000,
      maxPoints: 100,
    });
    expect([...columns[0]!.mean].slice(0, 3)).toEqual([400.25, 401.25, 402.25]);
  });

  it('without content is refused', async () => {
    const { client } = open();
    await expect(new ImportUpload(client).send(file('empty.csv', ''))).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('stops between two pieces, and leaves what came', async () => {
    const { client, wire, entry } = open();
    const held = wire.hold('import.chunk');
    const upload = new ImportUpload(client);
    const sent = upload.send(file('stopped.csv'));
    await wire.until(() => held.length === 1);
    upload.dispose();
    held[0]!.release();
    expect(await sent).toBeNull();
    expect(wire.callsOf('import.chunk').map(({ input }) => input.offset)).toEqual([0]);
    await soon(() => expect(entry(held[0]!.input.id)).toMatchObject({ stage: 'receiving', receivedBytes: IMPORT_CHUNK_BYTES }));
  });
});

describe('a change of how a file is read', () => {
  /** A file whose times say no zone. */
  const local = ['when;kW', ...Array.from({ length: 5 }, (_, i) => `2026-11-20 08:00:0${i};${i},5`)].join('\n');

  async function draft(): Promise<ReturnType<typeof open> & { draft: ImportDraft; preview: ImportPreview }> {
    const page = open();
    const id = await new ImportUpload(page.client).send(file(`local-${Math.random()}.csv`, local));
    await soon(() => expect(page.entry(id!)?.preview).not.toBeNull());
    const preview = page.entry(id!)!.preview!;
    return { ...page, draft: new ImportDraft(page.client, id!, preview, null, new Format('en').parse), preview };
  }

  it('is answered with the file read so; of changes in a row the last', async () => {
    const { wire, draft: own } = await draft();
    own.change({ csv: { ...foundOut, zone: 'UTC' } });
    own.change({ csv: { ...foundOut, zone: 'Asia/Tokyo' } });
    expect(own.get().asking).toBe(true);
    await soon(() => expect(own.get()).toMatchObject({ asking: false, error: null }));
    expect(wire.callsOf('import.preview').map(({ input }) => input.plan.csv?.zone)).toEqual(['Asia/Tokyo']);
    expect(own.get().preview.reading).toMatchObject({ zone: 'Asia/Tokyo' });
    own.dispose();
  });

  it('drops the answer to what was said before, also while a hand still rests: nothing can be begun by it', async () => {
    const { wire, draft: own, preview } = await draft();
    const held = wire.hold('import.preview');
    own.change({ csv: { ...foundOut, zone: 'UTC' } });
    await wire.until(() => held.length === 1);
    own.change({ csv: { ...foundOut, zone: 'Asia/Tokyo' } });
    held[0]!.release();
    await wire.until(() => held[0]!.output !== null);
    expect(own.get().asking).toBe(true);
    expect(own.get().preview).toEqual(preview);
    await wire.until(() => held.length === 2);
    held[1]!.release();
    await soon(() => expect(own.get().asking).toBe(false));
    expect(own.get().preview.reading).toMatchObject({ zone: 'Asia/Tokyo' });
    own.dispose();
  });
});

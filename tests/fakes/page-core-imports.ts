import { toDisposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import type { ImportEntry, ImportPreview, ImportState } from '@shared/model/import';
import { message } from '@shared/text/message';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';

type Commands = Pick<
  CommandHandlers,
  'import.choose' | 'import.offer' | 'import.chunk' | 'import.start' | 'import.preview' | 'import.stop' | 'import.forget'
>;

const noPreview: ImportPreview = {
  format: 'openmetrics',
  packed: false,
  columns: [],
  timeColumn: null,
  foreign: [],
  reading: null,
  samples: [],
  apart: null,
  leftOut: [],
  badLines: [],
  problem: null,
};

/** Imports that take what the page sends and are done at once. `sent` is what came in. */
export function fakeImports(): {
  commands: Commands;
  streams: Pick<StreamHandlers, 'import.live' | 'import.report'>;
  sent: Map<string, string>;
} {
  const changed = new Emitter<ImportState>('rethrow');
  const sent = new Map<string, string>();
  let entries: readonly ImportEntry[] = [];
  const set = (next: readonly ImportEntry[]): void => {
    entries = next;
    changed.emit({ canChoose: false, notKept: [], entries: [...entries] });
  };
  const change = (id: string, patch: Partial<ImportEntry>): void =>
    set(entries.map((entry) => (entry.id === id ? { ...entry, ...patch } : entry)));
  const find = (id: string): ImportEntry => {
    const entry = entries.find((each) => each.id === id);
    if (!entry) throw new AppError('not-found', `There is no import ${id}.`);
    return entry;
  };
  return {
    sent,
    commands: {
      'import.choose': () => {
        throw new AppError('invalid-input', 'This console has no dialog for files.');
      },
      'import.offer': ({ name, bytes }) => {
        const known = entries.find((entry) => entry.name === name && entry.bytes === bytes);
        if (known) return { id: known.id, receivedBytes: known.receivedBytes };
        const id = `import-${entries.length + 1}`;
        set([
          {
            id,
            name,
            bytes,
            stage: 'receiving',
            receivedBytes: 0,
            preview: null,
            plan: null,
            figures: null,
            samplesPerS: null,
            outcome: null,
            error: null,
          },
          ...entries,
        ]);
        return { id, receivedBytes: 0 };
      },
      'import.chunk': ({ id, offset, bytes }) => {
        const entry = find(id);
        if (offset !== entry.receivedBytes) throw new AppError('conflict', 'out of order');
        const text = `${sent.get(id) ?? ''}${new TextDecoder().decode(bytes)}`;
        sent.set(id, text);
        change(id, { receivedBytes: text.length, ...(text.length === entry.bytes ? { stage: 'ready', preview: noPreview } : {}) });
        return { receivedBytes: text.length };
      },
      'import.start': ({ id, plan }) => {
        const { bytes } = find(id);
        change(id, {
          plan,
          stage: 'done',
          figures: { doneBytes: bytes, totalBytes: bytes, line: 4, samples: 2, badLines: 1 },
          outcome: {
            newSeries: 1,
            fresh: 2,
            changed: 0,
            repeated: 0,
            expired: 0,
            unmapped: [],
            unmappedMore: 0,
            endMissing: false,
            assumedAtMs: null,
            hasReport: true,
            seriesIds: [1],
            fromMs: 1_795_000_000_000,
            toMs: 1_795_000_060_000,
          },
        });
        return {};
      },
      'import.preview': ({ id }) => find(id).preview ?? noPreview,
      'import.stop': ({ id }) => {
        change(id, { stage: 'stopped' });
        return {};
      },
      'import.forget': ({ id }) => {
        set(entries.filter((entry) => entry.id !== id));
        return {};
      },
    },
    streams: {
      'import.live': (_, sink) => {
        sink.push({ canChoose: false, notKept: [], entries: [...entries] });
        return changed.on((value) => sink.push(value));
      },
      'import.report': (_, sink) => {
        sink.push({ lines: [{ line: 3, problem: message('message.csv.noTime'), text: 'nothing here' }] });
        sink.end();
        return toDisposable(() => undefined);
      },
    },
  };
}

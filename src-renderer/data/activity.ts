import { AppError } from '@shared/contract/errors';
import type { StreamFrame } from '@shared/contract';
import type { BackupState } from '@shared/model/backup';
import type { ExportEntry } from '@shared/model/export';
import type { ImportEntry } from '@shared/model/import';
import { message } from '@shared/text/message';
import type { Upload } from './uploads';

/** Long work, whoever does it: this window (an upload) or the core (the others). */
export interface Activity {
  /** The same for the same work, as long as it is told of. */
  readonly key: string;
  readonly kind: 'upload' | 'import' | 'export' | 'backup' | 'restore';
  /** By which its owner knows it. */
  readonly id: string;
  /** Of the file. */
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'stopped' | 'done' | 'failed';
  /** 0 to 1; null = nobody knows how much it will be. */
  readonly share: number | null;
  /** Of the file, so far. */
  readonly bytes: number;
  /** Samples, where they are counted. */
  readonly rows: number | null;
  readonly error: AppError | null;
  /** The host can show the file in its folder. */
  readonly canShow: boolean;
  /** What an end leaves to look at beyond the file itself: lines that were not taken. */
  readonly hasReport: boolean;
}

const blank = { share: null, rows: null, error: null, canShow: false, hasReport: false } as const;

/** What was under way in a core that ended meanwhile, and which the one after it knows nothing of. */
const lost = (): AppError => new AppError('disconnected', message('message.work.lost'));

export interface ExportsState {
  readonly entries: readonly ExportEntry[];
  readonly lost: readonly ExportEntry[];
}

/** Keeps those that were under way when the core went and are in no list of the next one. */
export function reduceExports(before: ExportsState | null, { exports }: StreamFrame<'exports.live'>, first: boolean): ExportsState {
  const gone = first ? (before?.entries ?? []).filter((entry) => isOpen(entry) && !exports.some(({ id }) => id === entry.id)) : [];
  return { entries: exports, lost: [...(before?.lost ?? []), ...gone] };
}

export interface BackupsState {
  readonly state: BackupState;
  readonly lost: NonNullable<BackupState['job']> | null;
}

/** As reduceExports does. */
export function reduceBackups(before: BackupsState | null, state: BackupState, first: boolean): BackupsState {
  const job = first && state.job === null && state.outcome === null ? (before?.state.job ?? null) : null;
  const keeps = state.job === null && state.outcome === null;
  return { state, lost: job ?? (keeps ? (before?.lost ?? null) : null) };
}

const isOpen = ({ state }: ExportEntry): boolean => state === 'waiting' || state === 'writing';

export function uploadActivities(uploads: readonly Upload[], imports: readonly ImportEntry[]): Activity[] {
  return uploads.flatMap(({ key, name, bytes, sentBytes, importId, state, error }): Activity[] => {
    // Once it is begun, or was taken off the list, there is nothing left to do about having sent it.
    if (state === 'sent' && imports.find(({ id }) => id === importId)?.stage !== 'ready') return [];
    const states = { waiting: 'waiting', sending: 'running', sent: 'done', failed: 'failed' } as const;
    return [
      {
        ...blank,
        key: `upload/${key}`,
        kind: 'upload',
        id: String(key),
        name,
        state: states[state],
        share: sentBytes / Math.max(1, bytes),
        bytes: sentBytes,
        error,
      },
    ];
  });
}

/** @param seen imports that were under way while this window was there: how those ended is news */
export function importActivities(imports: readonly ImportEntry[], uploads: readonly Upload[], seen: ReadonlySet<string>): Activity[] {
  const sending = new Set(uploads.filter(({ state }) => state !== 'failed').map(({ importId }) => importId));
  return imports.flatMap(({ id, name, stage, bytes, receivedBytes, figures, outcome, error }): Activity[] => {
    const base = { ...blank, key: `import/${id}`, kind: 'import', id, name } as const;
    if (stage === 'receiving')
      return sending.has(id)
        ? []
        : [{ ...base, kind: 'upload', state: 'stopped', share: receivedBytes / Math.max(1, bytes), bytes: receivedBytes }];
    if (stage === 'ready' || (stage === 'done' && !seen.has(id))) return [];
    return [
      {
        ...base,
        state: stage,
        share: figures ? figures.doneBytes / Math.max(1, figures.totalBytes) : null,
        bytes: figures?.doneBytes ?? 0,
        rows: figures?.samples ?? null,
        error: error && new AppError(error.code, error.message),
        hasReport: outcome?.hasReport === true || (figures?.badLines ?? 0) > 0,
      },
    ];
  });
}

export function exportActivities({ entries, lost: gone }: ExportsState): Activity[] {
  const states = { waiting: 'waiting', writing: 'running', done: 'done', failed: 'failed' } as const;
  const told = entries.flatMap(({ id, name, state, share, rows, bytes, canShow, error }): Activity[] =>
    // Whoever cancelled it knows.
    state === 'cancelled'
      ? []
      : [
          {
            ...blank,
            key: `export/${id}`,
            kind: 'export',
            id,
            name,
            state: states[state],
            share,
            bytes,
            rows,
            canShow,
            error: error && new AppError(error.code, error.message),
          },
        ],
  );
  return [
    ...told,
    ...gone.map(({ id, name, rows, bytes }): Activity => ({
      ...blank,
      key: `export/${id}`,
      kind: 'export',
      id,
      name,
      state: 'failed',
      rows,
      bytes,
      error: lost(),
    })),
  ];
}

export function backupActivities({ state: { job, outcome, canShow }, lost: gone }: BackupsState): Activity[] {
  if (job) {
    const { kind, name, doneBytes, totalBytes } = job;
    // All of it is copied: it is being checked, which nobody can tell the length of.
    const share = totalBytes === 0 || doneBytes >= totalBytes ? null : doneBytes / totalBytes;
    return [{ ...blank, key: `copy/${name}`, kind, id: name, name, state: 'running', share, bytes: doneBytes }];
  }
  if (outcome) {
    const { kind, name, bytes, error } = outcome;
    return [
      {
        ...blank,
        key: `copy/${name}`,
        kind,
        id: name,
        name,
        state: error ? 'failed' : 'done',
        bytes,
        canShow: canShow && error === null,
        error: error && new AppError(error.code, error.message),
      },
    ];
  }
  if (gone)
    return [
      { ...blank, key: `copy/${gone.name}`, kind: gone.kind, id: gone.name, name: gone.name, state: 'failed', bytes: 0, error: lost() },
    ];
  return [];
}

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ImportEntry } from '@shared/model/import';
import { folderError } from '../store/file/errors';
import { importsFolder } from './import-position';

/** Entries beyond this many are forgotten, those that are done first. */
const MAX_ENTRIES = 20;

/** An entry with what stays here: where its file is, and of one that a page sends, by what it is known again. */
export const KeptEntry = ImportEntry.extend({
  path: z.string(),
  /** Ms since the epoch, as the page says; null = the file was chosen on this machine and stays where it is. */
  sentModifiedMs: z.number().nullable(),
  /** Where what cannot be taken is told, once it was begun. */
  reportPath: z.string().nullable(),
});
export type KeptEntry = z.infer<typeof KeptEntry>;

const File = z.object({ entries: z.array(KeptEntry) });

/** The files chosen for import, newest first, kept in the data folder so that an interrupted one is found again. */
export class ImportList {
  private readonly path: string;
  entries: readonly KeptEntry[];

  constructor(private readonly dataDir: string) {
    this.path = join(importsFolder(dataDir), 'list.json');
    this.entries = this.load();
  }

  get(id: string): KeptEntry | null {
    return this.entries.find((entry) => entry.id === id) ?? null;
  }

  /** Where the file of an entry lies that a page sends. */
  sentPath(id: string): string {
    return join(importsFolder(this.dataDir), 'received', id);
  }

  /** @returns what had to be forgotten for it. @throws {AppError} `storage-full`, `storage-failed` */
  add(entry: KeptEntry): KeptEntry[] {
    const all = [entry, ...this.entries];
    const idle = all.filter(({ stage }) => stage !== 'running' && stage !== 'receiving');
    const oldestFirst = [
      ...idle.filter(({ stage }) => stage === 'done').reverse(),
      ...idle.filter(({ stage }) => stage !== 'done').reverse(),
    ];
    const dropped = oldestFirst.filter(({ id }) => id !== entry.id).slice(0, Math.max(0, all.length - MAX_ENTRIES));
    this.entries = all.filter((kept) => !dropped.includes(kept));
    this.save();
    return dropped;
  }

  /** In memory alone: what changes with each chunk is not worth a file. */
  change(id: string, patch: Partial<KeptEntry>): void {
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, ...patch } : entry));
  }

  remove(id: string): void {
    this.entries = this.entries.filter((entry) => entry.id !== id);
    this.save();
  }

  /** @throws {AppError} `storage-full`, `storage-failed` */
  save(): void {
    const part = `${this.path}.part`;
    try {
      mkdirSync(importsFolder(this.dataDir), { recursive: true, mode: 0o700 });
      writeFileSync(part, JSON.stringify({ entries: [...this.entries] } satisfies z.infer<typeof File>), { mode: 0o600 });
      renameSync(part, this.path);
    } catch (error) {
      throw folderError(error, this.path);
    }
  }

  /** What ran when the core ended stands still, and what was being sent is as long as its file. */
  private load(): KeptEntry[] {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch {
      return [];
    }
    const stored = File.safeParse(parsed(text));
    if (!stored.success) {
      rmSync(this.path, { force: true });
      return [];
    }
    return stored.data.entries.map((entry) => ({
      ...entry,
      samplesPerS: null,
      stage: entry.stage === 'running' ? 'stopped' : entry.stage,
      receivedBytes: entry.stage === 'receiving' ? (statSync(entry.path, { throwIfNoEntry: false })?.size ?? 0) : entry.receivedBytes,
    }));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

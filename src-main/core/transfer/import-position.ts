import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { folderError } from '../store/file/errors';
import type { ReportForm } from './import-report';

/** So much of a file's beginning is part of its identity, bytes. */
const HEAD_BYTES = 64 * 1024;
/** Two readings of when this machine started differ by less, ms. */
const BOOT_TOLERANCE_MS = 10_000;

/** How far an import has come. */
export const Progress = z.object({
  /** Where the next record begins. */
  byte: z.number().int().nonnegative(),
  line: z.number().int().positive(),
  /** What else the reader has to know to go on there. */
  state: z.string().nullable().default(null),
  /** Taken, and of these by series and time. */
  samples: z.number().int().nonnegative(),
  stored: z.number().int().nonnegative().default(0),
  /** Of those stored: not in the database before, and there with another value. */
  fresh: z.number().int().nonnegative().default(0),
  changed: z.number().int().nonnegative().default(0),
  badLines: z.number().int().nonnegative(),
  /** Length of the report so far, bytes. */
  reportBytes: z.number().int().nonnegative(),
  unmapped: z.record(z.string(), z.number()),
  /** Samples left out as too old; series that got samples, and the span of these. */
  expired: z.number().int().nonnegative().default(0),
  seriesIds: z.array(z.number().int().positive()).default([]),
  fromMs: z.number().nullable().default(null),
  toMs: z.number().nullable().default(null),
  /** From when to when samples of each series were stored, ms. */
  spans: z.array(z.tuple([z.number(), z.number(), z.number()])).default([]),
});
export type Progress = z.infer<typeof Progress>;
export const BEGINNING: Progress = Progress.parse({ byte: 0, line: 1, samples: 0, badLines: 0, reportBytes: 0, unmapped: {} });

const Stored = z.object({ file: z.string(), database: z.string(), bootMs: z.number(), settled: z.boolean(), progress: Progress });

/**
 * Where an import of one file stopped, kept in the data folder. It is trusted only for the same file (path, size, time,
 * beginning), read the same way, into the same database file. What was committed survives the end of this process but may
 * not survive a power cut, so after a restart of the machine it is trusted only when the database was closed in
 * order. Where it is not trusted the import begins anew, which changes nothing that is already there.
 */
export class ImportPosition {
  private readonly path: string;
  private readonly identity: string;
  private readonly database: string;

  /**
   * @param options what decides how the file is read, as text
   * @throws {AppError} `storage-failed`, also for a file that cannot be read
   */
  constructor(dataDir: string, databasePath: string, file: string, options: string) {
    try {
      const real = realpathSync(file);
      const { size, mtimeMs } = statSync(real);
      this.identity = createHash('sha256')
        .update(JSON.stringify([real, size, mtimeMs, options]))
        .update(head(real))
        .digest('hex');
      this.path = join(importsFolder(dataDir), `${fileTag(real)}.json`);
      // The database has no name of its own; one that was set aside or restored is another file.
      this.database = String(statSync(databasePath, { bigint: true }).ino);
      mkdirSync(importsFolder(dataDir), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw folderError(error, file);
    }
  }

  load(): Progress | null {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch {
      return null;
    }
    const stored = Stored.safeParse(parsed(text));
    if (!stored.success || stored.data.file !== this.identity || stored.data.database !== this.database) return null;
    const sameBoot = Math.abs(stored.data.bootMs - bootMs()) < BOOT_TOLERANCE_MS;
    return stored.data.settled || sameBoot ? stored.data.progress : null;
  }

  /** To be called after what it counts is committed. @param settled whether the database has been closed since. @throws {AppError} */
  save(progress: Progress, settled = false): void {
    const part = `${this.path}.part`;
    try {
      writeFileSync(
        part,
        JSON.stringify({ file: this.identity, database: this.database, bootMs: bootMs(), settled, progress } satisfies z.infer<
          typeof Stored
        >),
        { mode: 0o600 },
      );
      renameSync(part, this.path);
    } catch (error) {
      throw folderError(error, this.path);
    }
  }

  clear(): void {
    rmSync(this.path, { force: true });
  }
}

export function importsFolder(dataDir: string): string {
  return join(dataDir, 'imports');
}

/** The report of a file's import when no other place was named. */
export function defaultReportPath(dataDir: string, file: string, form: ReportForm = 'text'): string {
  return join(importsFolder(dataDir), `${basename(file)}.${fileTag(realpathSync(file))}.report.${form === 'text' ? 'txt' : 'jsonl'}`);
}

function fileTag(realPath: string): string {
  return createHash('sha256').update(realPath).digest('hex').slice(0, 16);
}

function bootMs(): number {
  return Math.round(Date.now() - uptime() * 1000);
}

function head(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.subarray(0, readSync(fd, bytes, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

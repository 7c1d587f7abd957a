import type { DatasetVersion } from '@shared/model/dataset';
import type { DataReadOptions, TelemetryQuery } from '@shared/model/dataset-import';
import { AppError } from '@shared/contract/errors';
import { message } from '@shared/text/message';
import type { DatasetWriter } from '../../dataset-files/writer';
import type { StoreReader } from '../store/types';
import type { MakeVersion } from './catalogue';
import type { ReadContext, ReadSource } from './formats/format';
import type { JobContext } from './jobs';
import { Problems } from './problems';
import { describeSource, formatOf, openSource } from './sources';
import { readTelemetry } from './telemetry-source';

const MAX_NOTES = 100;

/** Takes in a file or folder as a version. @throws {AppError} as {@link openSource} and the formats */
export function importPath(path: string, options: DataReadOptions, job: JobContext): MakeVersion {
  return async (writer, version) => {
    const source = openSource(path);
    const format = formatOf(source, options);
    const totalBytes = source.files.reduce((sum, { bytes }) => sum + bytes, 0);
    const described = await describeSource(source, format.id, (doneBytes) => {
      job.check();
      job.progress({ stage: 'check', rows: 0, doneBytes, totalBytes });
    });
    const problems = new Problems();
    const context = contextOf(writer, options, problems, totalBytes, job);
    const read = await format.read(source, context);
    return finish(writer, version, { ...read, source: described }, options.target, problems);
  };
}

/** Takes in recorded series as a version. @throws {AppError} as {@link readTelemetry} */
export function importTelemetry(
  query: TelemetryQuery,
  reader: Pick<StoreReader, 'samples'>,
  options: DataReadOptions,
  job: JobContext,
): MakeVersion {
  return async (writer, version) => {
    const problems = new Problems();
    const read = await readTelemetry(query, reader, contextOf(writer, options, problems, query.series.length, job));
    return finish(writer, version, read, null, problems);
  };
}

function contextOf(writer: DatasetWriter, options: DataReadOptions, problems: Problems, totalBytes: number, job: JobContext): ReadContext {
  return {
    options,
    problems,
    sink: { column: (column) => writer.column(column) },
    check: job.check,
    progress: (stage, rows, doneBytes) => job.progress({ stage, rows, doneBytes, totalBytes }),
  };
}

async function finish(
  writer: DatasetWriter,
  version: number,
  { kind, parts, target, notes, source }: ReadSource & Pick<DatasetVersion, 'source'>,
  wantedTarget: string | null,
  problems: Problems,
): Promise<DatasetVersion> {
  const skipped = problems.note();
  const made = await writer.finish(
    {
      version,
      createdAtMs: Date.now(),
      kind,
      source,
      parent: null,
      recipe: null,
      fitted: [],
      target: wantedTarget ?? target,
      notes: [...(skipped === null ? [] : [skipped]), ...notes].slice(0, MAX_NOTES),
    },
    parts,
  );
  refuseUnknown(
    made.target,
    made.columns.map(({ name }) => name),
  );
  return made;
}

/** @throws {AppError} `invalid-input` for a column that is not there */
export function refuseUnknown(name: string | null, names: readonly string[]): void {
  if (name !== null && !names.includes(name))
    throw new AppError('invalid-input', message('message.data.noColumn', { column: name, columns: names.slice(0, 30).join(', ') }));
}

import { z } from 'zod';
import { ErrorCode } from '../contract/errors';
import { Message } from '../text/message';
import { MetricDefinition, MetricName } from './metric';
import { MetricIdSchema } from './series';

export const importFormats = ['openmetrics', 'csv'] as const;
export const ImportFormat = z.enum(importFormats);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** What a metric or column of a file is, where a person says so. */
export const ImportRule = z.object({
  /** Its own name in the file. */
  name: z.string().min(1).max(400),
  /** Null: it is left out. */
  metric: MetricIdSchema.nullable(),
  /** May hold `{label}`, or for CSV `{column}`. */
  device: z.string().min(1).max(200),
  /** What a value is multiplied with to be in the catalogue's unit. */
  scale: z.number(),
});
export type ImportRule = z.infer<typeof ImportRule>;

/** How the letters of a file are written; GB 18030 is what Windows in China writes. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'gb18030'] as const;
export const Encoding = z.enum(encodings);
export type Encoding = z.infer<typeof Encoding>;

/** Of dates in figures; `excel-1904` counts days as Excel on old Macs did. */
export const dateForms = ['day-first', 'month-first', 'excel-1904'] as const;
export const DateForm = z.enum(dateForms);
export type DateForm = z.infer<typeof DateForm>;

/** How a CSV file of others is to be read; null = as its first lines show. */
export const CsvSettings = z.object({
  encoding: Encoding.nullable(),
  /** One sign. */
  separator: z.string().length(1).nullable(),
  decimal: z.enum(['.', ',']).nullable(),
  dates: DateForm.nullable(),
  /** Lines before the header. */
  skip: z.number().int().nonnegative().max(100_000).nullable(),
  /** Of times that name none: an IANA name or an offset; null = this machine's. */
  zone: z.string().min(1).max(64).nullable(),
  /** Where a clock without a date, or a count from the beginning, begins. */
  start: z.string().max(40).nullable(),
});
export type CsvSettings = z.infer<typeof CsvSettings>;
export const foundOut: CsvSettings = { encoding: null, separator: null, decimal: null, dates: null, skip: null, zone: null, start: null };

/** How a file is to be read. */
export const ImportPlan = z.object({
  /** The column of the time, of a CSV file that was not exported here; null = the one with a usual name. */
  timeColumn: z.string().max(400).nullable(),
  rules: z.array(ImportRule).max(256),
  csv: CsvSettings.default(foundOut),
  /** Whose values they are: `local`, or another machine's name; null or empty = as the file tells. */
  machine: z.string().max(60).nullable().default(null),
});
export type ImportPlan = z.infer<typeof ImportPlan>;

/** Programs whose CSV files are known by their first lines. */
export const csvTools = ['nvidia-smi', 'hwinfo', 'hardware-monitor', 'mangohud', 'codecarbon', 'sadf', 'influxdb'] as const;
export type CsvTool = (typeof csvTools)[number];

/** What they call themselves, the same in every language. */
export const csvToolNames: Readonly<Record<CsvTool, string>> = {
  'nvidia-smi': 'nvidia-smi',
  hwinfo: 'HWiNFO',
  'hardware-monitor': 'Open Hardware Monitor',
  mangohud: 'MangoHud',
  codecarbon: 'codecarbon',
  sadf: 'sadf',
  influxdb: 'InfluxDB',
};

/** How a CSV file of others is read, as found out or as a person said. */
export const CsvReading = z.object({
  tool: z.enum(csvTools).nullable(),
  encoding: Encoding,
  separator: z.string(),
  decimal: z.enum(['.', ',']),
  /** False where the numbers can be read either way, as 1.234. */
  decimalCertain: z.boolean(),
  /** Null where there are no dates in figures. */
  dates: z.enum(['day-first', 'month-first']).nullable(),
  /** Of the times that name none; null where all do. */
  zone: z.string().nullable(),
  /** Lines before the header, but comments and blank ones. */
  skippedLines: z.number().int().nonnegative(),
  hasHeader: z.boolean(),
});
export type CsvReading = z.infer<typeof CsvReading>;

/** One value as it is understood. */
export const PreviewSample = z.object({
  /** Wall clock of the zone chosen, with its offset. */
  at: z.string(),
  device: z.string(),
  metric: MetricName,
  definition: MetricDefinition.optional(),
  value: z.number().nullable(),
});
export type PreviewSample = z.infer<typeof PreviewSample>;

/** What the first lines of a file show. */
export const ImportPreview = z.object({
  format: ImportFormat,
  /** Packed with gzip. */
  packed: z.boolean(),
  /** Of a CSV file that was not exported here, in order; else none. */
  columns: z.array(z.string()),
  /** The column that is taken for the time unless another is named; null = none has a usual name. */
  timeColumn: z.string().nullable(),
  /** Metrics, or columns of values, that need a rule to be taken in, with the labels seen on them. */
  foreign: z.array(z.object({ name: z.string(), labels: z.array(z.string()) })),
  /** Of a CSV file that was not exported here, as far as it is understood. */
  reading: CsvReading.nullable().default(null),
  /** The first values, as they would be stored. */
  samples: z.array(PreviewSample).default([]),
  /** The device below which values are kept of which nothing tells the machine; null = there are none. */
  apart: z.string().nullable().default(null),
  /** Columns that hold neither values nor names of devices. */
  skippedColumns: z.array(z.string()).default([]),
  /** The first lines that cannot be taken. */
  badLines: z.array(z.object({ line: z.number().int().positive(), problem: Message })).default([]),
  /** Why it cannot be read so, and what to choose; null when it can. */
  problem: Message.nullable().default(null),
});
export type ImportPreview = z.infer<typeof ImportPreview>;

const count = z.number().int().nonnegative();

/** How far a file was read. */
export const ImportFigures = z.object({
  /** Of the file itself, also of a packed one. */
  doneBytes: count,
  totalBytes: count,
  line: count,
  samples: count,
  badLines: count,
});
export type ImportFigures = z.infer<typeof ImportFigures>;

/** What came of a file that was read to its end. */
export const ImportOutcome = z.object({
  newSeries: count,
  /** Of the samples: not in the database before; there with another value, which was replaced; given more than once by the file. */
  fresh: count.default(0),
  changed: count.default(0),
  repeated: count.default(0),
  /** Samples older than what is kept, left out. */
  expired: count,
  /** Names that nothing is known of, most values first, and how many more there are. */
  unmapped: z.array(z.object({ name: z.string(), values: count })),
  unmappedMore: count,
  /** An OpenMetrics file without the line that ends it may be cut off. */
  endMissing: z.boolean(),
  /** The time that samples without one were given: when the file was written. Null = they have one. */
  assumedAtMs: z.number().nullable().default(null),
  hasReport: z.boolean(),
  /** The series that samples came in for, by id, as many as one view of the history takes; and the span of these samples. */
  seriesIds: z.array(z.number().int().positive()),
  fromMs: z.number().nullable(),
  toMs: z.number().nullable(),
});
export type ImportOutcome = z.infer<typeof ImportOutcome>;

/**
 * `receiving`: it comes from the page, chunk by chunk. `ready`: not begun. `stopped`: begun; the next start goes on.
 * `failed`: `error` says why; the next start goes on from there too.
 */
export const importStages = ['receiving', 'ready', 'running', 'stopped', 'failed', 'done'] as const;
export const ImportStage = z.enum(importStages);
export type ImportStage = z.infer<typeof ImportStage>;

/** One file that was chosen for import. */
export const ImportEntry = z.object({
  id: z.string(),
  /** Of the file, without its folder. */
  name: z.string(),
  bytes: count,
  stage: ImportStage,
  /** Of what the page sends, so far. */
  receivedBytes: count,
  /** Null until the file is there. */
  preview: ImportPreview.nullable(),
  /** As it was last begun. */
  plan: ImportPlan.nullable(),
  figures: ImportFigures.nullable(),
  /** While it runs, of the last seconds. */
  samplesPerS: z.number().nullable(),
  outcome: ImportOutcome.nullable(),
  error: z.object({ code: ErrorCode, message: Message }).nullable(),
});
export type ImportEntry = z.infer<typeof ImportEntry>;

export const ImportState = z.object({
  /** Whether the runtime can ask a person for a file (a window of the desktop); else the page sends it. */
  canChoose: z.boolean(),
  /** What will not be kept as it is, for its age; to be read before a file is. */
  notKept: z.array(Message),
  /** Newest first. */
  entries: z.array(ImportEntry),
});
export type ImportState = z.infer<typeof ImportState>;

/** A line of a file that was not taken, and why; or, without a number, what is said of the whole. */
export const ImportRemark = z.object({ line: z.number().int().positive().nullable(), problem: Message, text: z.string() });
export type ImportRemark = z.infer<typeof ImportRemark>;

/** The largest chunk of a file that a page sends at once, bytes; fits into one message of the console. */
export const IMPORT_CHUNK_BYTES = 384 * 1024;

import { createReadStream, existsSync } from 'node:fs';
import { open, readFile, rename, rm, stat, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { formatOf } from '@shared/model/prediction';
import { message, MessageError } from '@shared/text/message';
import { classScores } from './examples-request';
import { decimalText } from './json';
import type { ModelTask } from './served-model';
import { sizeOf, type DenseTensor } from './tensors';

/** What predictions were begun with: they go on only with the same. */
const Begun = z.object({ input: z.string(), bytes: z.number(), changedMs: z.number(), model: z.string(), columns: z.array(z.string()) });
export type Begun = z.infer<typeof Begun>;

/**
 * Predictions in a file beside the one that is wanted, until all are there: a line a row. What was begun and broken off is gone on
 * with after its last whole line.
 */
export class OutputRows {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    /** Rows that are there. */
    public rows: number,
  ) {}

  /** @throws MessageError where the file is there already, or was begun from another input or model */
  static async open(path: string, begun: Begun): Promise<OutputRows> {
    if (existsSync(path)) throw new MessageError(message('message.file.exists', { path }));
    const [part, note] = [partOf(path), noteOf(path)];
    let rows = 0;
    if (existsSync(part)) {
      const before = Begun.safeParse(JSON.parse(await readFile(note, 'utf8').catch(() => 'null')));
      if (!before.success || JSON.stringify(before.data) !== JSON.stringify(begun))
        throw new MessageError(message('message.prediction.otherBegun', { path: part }));
      const whole = await wholeLines(part);
      await truncate(part, whole.bytes);
      rows = Math.max(0, whole.lines - (formatOf(path) === 'csv' ? 1 : 0));
    } else await writeFile(note, JSON.stringify(begun), { mode: 0o600 });
    return new OutputRows(path, await open(part, 'a', 0o600), rows);
  }

  async write(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.file.appendFile(lines.map((line) => `${line}\n`).join(''));
  }

  /** The first line of a CSV file; none where lines are there. */
  async head(text: string): Promise<void> {
    if ((await this.file.stat()).size === 0) await this.write([text]);
  }

  /** All rows are there. */
  async finish(): Promise<void> {
    await this.file.sync();
    await this.file.close();
    await rename(partOf(this.path), this.path);
    await rm(noteOf(this.path), { force: true });
  }

  /** Goes on another time. */
  close(): Promise<void> {
    return this.file.close();
  }
}

const partOf = (path: string): string => `${path}.part`;
const noteOf = (path: string): string => `${path}.part.json`;

/** By which a file is known again. */
export async function begunOf(input: string, model: string, columns: readonly string[]): Promise<Begun> {
  const { size, mtimeMs } = await stat(input);
  return { input, bytes: size, changedMs: Math.round(mtimeMs), model, columns: [...columns] };
}

async function wholeLines(path: string): Promise<{ lines: number; bytes: number }> {
  let [lines, bytes, at] = [0, 0, 0];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (let i = chunk.indexOf(10); i !== -1; i = chunk.indexOf(10, i + 1)) {
      lines += 1;
      bytes = at + i + 1;
    }
    at += chunk.length;
  }
  return { lines, bytes };
}

/** Writes one row's outputs as a line of the file. */
export interface LineWriter {
  /** The names of a CSV file's columns; null = the format has none. */
  readonly head: string | null;
  row(number: number, outputs: readonly DenseTensor[] | null, why: string | null): string;
}

/**
 * @param task of one that classifies, the class with the largest score stands beside the scores
 * @param widths numbers in a row of each output
 */
export function lineWriter(path: string, task: ModelTask, names: readonly string[], widths: readonly number[]): LineWriter {
  const isClassifier = task === 'classify';
  const numbers = (tensor: DenseTensor): string[] => Array.from(tensor.values, (value) => decimalText(Number(value.toPrecision(7))));
  const classOf = ([scores]: readonly DenseTensor[]): number =>
    Array.from(scores === undefined ? [] : classScores(scores).values).reduce(
      (best, score, i, all) => (score > (all[best] ?? -Infinity) ? i : best),
      0,
    );
  if (formatOf(path) === 'csv') {
    const columns = names.flatMap((name, i) =>
      Array.from({ length: widths[i] ?? 1 }, (_, k) => ((widths[i] ?? 1) === 1 ? name : `${name}.${k}`)),
    );
    const blank = columns.map(() => '');
    return {
      head: ['row', ...(isClassifier ? ['class'] : []), ...columns, 'error'].join(','),
      row: (number, outputs, why) =>
        [
          String(number),
          ...(isClassifier ? [outputs === null ? '' : String(classOf(outputs))] : []),
          ...(outputs === null ? blank : outputs.flatMap(numbers)),
          why === null ? '' : `"${why.replaceAll('"', '""')}"`,
        ].join(','),
    };
  }
  return {
    head: null,
    row: (number, outputs, why) => {
      if (outputs === null) return `{"row": ${number}, "error": ${JSON.stringify(why)}}`;
      const told = outputs.map((tensor, i) => {
        const isScalar = sizeOf(tensor.shape) === 1;
        const text = numbers(tensor).join(', ');
        return `${JSON.stringify(names.length === 1 ? 'prediction' : (names[i] ?? ''))}: ${isScalar ? text : `[${text}]`}`;
      });
      return `{"row": ${number}, ${[...(isClassifier ? [`"class": ${classOf(outputs)}`] : []), ...told].join(', ')}}`;
    },
  };
}

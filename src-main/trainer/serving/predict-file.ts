import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { PredictionSpec, TrainerEvent } from '@shared/contract/trainer';
import type { KnownScalar } from '@shared/model/scalars';
import { message, MessageError } from '@shared/text/message';
import type { EngineSession } from '../engines/engine';
import { resultEvent, toSignificant } from '../reporter';
import { joined, rowsIn } from './batcher';
import { rowLines, rowReader, type InputRow, type RowReader } from './input-rows';
import { begunOf, lineWriter, OutputRows, type LineWriter } from './output-rows';
import { loadModel, type ServedModel } from './served-model';
import { findVersions } from './versions';

/** Scalars that such a run tells as it goes on, and those it ends with. */
export const predictionScalars = {
  step: ['serve/predictions_per_second'],
  result: ['serve/predictions', 'serve/errors'],
} as const satisfies Record<string, readonly KnownScalar[]>;

const TOLD_EVERY_MS = 500;

interface Progress {
  readonly emit: (event: TrainerEvent) => void;
  readonly stopRequested: () => boolean;
}

/**
 * Predicts all rows of a file, into another one that is there once all are. A row that cannot be read has its reason in its place.
 * One that was broken off goes on where it was.
 *
 * @returns null when it was asked to stop before the end
 * @throws MessageError where a file or the model cannot be used
 */
export async function predictFile(session: EngineSession, spec: PredictionSpec, progress: Progress): Promise<TrainerEvent | null> {
  const versions = await findVersions(spec.folder, spec.version === null ? 'newest' : [spec.version]);
  const [folder = spec.folder] = versions.values();
  const model = await loadModel(session, folder);
  try {
    const { lines, first } = await countLines(spec.input);
    const reader = rowReader(spec.input, first, spec.columns, model.inputs);
    const rows = lines - (reader.hasHead ? 1 : 0);
    if (rows === 0) throw new MessageError(message('message.file.empty', { path: spec.input }));
    const output = await OutputRows.open(spec.output, await begunOf(spec.input, folder, spec.columns));
    progress.emit({
      t: 'plan',
      ...{ epochs: 1, stepsPerEpoch: rows, trainSamples: rows, validationSamples: 0, testSamples: 0, weights: model.weights },
    });
    if (output.rows > 0) progress.emit({ t: 'log', text: `${output.rows} rows are predicted already: going on after them` });
    return await predictRows(model, spec, reader, output, progress);
  } finally {
    model.dispose();
  }
}

async function countLines(path: string): Promise<{ lines: number; first: string }> {
  let [lines, first] = [0, ''];
  try {
    for await (const line of rowLines(path)) {
      if (lines === 0) first = line;
      lines += 1;
    }
  } catch (error) {
    throw new MessageError(message('message.prediction.unreadable', { path, why: error instanceof Error ? error.message : String(error) }));
  }
  return { lines, first };
}

async function predictRows(
  model: ServedModel,
  spec: PredictionSpec,
  reader: RowReader,
  output: OutputRows,
  progress: Progress,
): Promise<TrainerEvent | null> {
  const names = model.outputs.map(({ name }) => name);
  const widths = model.outputs.map(({ shape }) => shape.slice(1).reduce<number>((product, size) => product * (size ?? 1), 1));
  const writer = lineWriter(spec.output, model.task, names, widths);
  const meter = new RowMeter(progress.emit, output.rows);
  let [number, errors] = [0, 0];
  let waiting: InputRow[] = [];
  const flush = async (): Promise<void> => {
    await output.write(writtenRows(model, writer, waiting, number - waiting.length));
    errors += waiting.filter(({ inputs }) => inputs === null).length;
    meter.done(number);
    waiting = [];
    await yieldToEventLoop();
  };
  try {
    if (writer.head !== null) await output.head(writer.head);
    let isHead = reader.hasHead;
    for await (const line of rowLines(spec.input)) {
      if (isHead) {
        isHead = false;
        continue;
      }
      number += 1;
      if (number <= output.rows) continue;
      waiting.push(reader.read(line));
      if (waiting.length < spec.batch) continue;
      await flush();
      if (progress.stopRequested()) return null;
    }
    await flush();
  } catch (error) {
    await output.close();
    throw error;
  } finally {
    meter.end();
    if (progress.stopRequested()) await output.close();
  }
  await output.finish();
  progress.emit({ t: 'log', text: `Predictions of ${number} rows: ${spec.output}` });
  return resultEvent({ 'serve/predictions': number - errors, 'serve/errors': errors });
}

/** The lines of some rows; those that could be read are computed together where their sizes agree. */
function writtenRows(model: ServedModel, writer: LineWriter, rows: readonly InputRow[], before: number): string[] {
  const lines: string[] = [];
  const shapeOf = ({ inputs }: InputRow): string => (inputs ?? []).map(({ shape }) => shape.join('x')).join();
  for (let from = 0; from < rows.length;) {
    const first = rows[from];
    if (first === undefined) break;
    if (first.inputs === null) {
      lines.push(writer.row(before + from + 1, null, first.why));
      from += 1;
      continue;
    }
    let to = from + 1;
    for (let next = rows[to]; next !== undefined && next.inputs !== null && shapeOf(next) === shapeOf(first); next = rows[to]) to += 1;
    const outputs = model.run(joined(rows.slice(from, to).flatMap(({ inputs }) => (inputs === null ? [] : [inputs]))));
    for (let row = from; row < to; row++)
      lines.push(
        writer.row(
          before + row + 1,
          outputs.map((tensor) => rowsIn(tensor, row - from, row - from + 1)),
          null,
        ),
      );
    from = to;
  }
  return lines;
}

/** Tells now and then how many rows are done, and how fast. */
class RowMeter {
  private sinceMs = performance.now();
  private told: number;
  private rows: number;

  constructor(
    private readonly emit: (event: TrainerEvent) => void,
    rows: number,
  ) {
    this.told = this.rows = rows;
  }

  done(rows: number): void {
    this.rows = rows;
    if (performance.now() - this.sinceMs >= TOLD_EVERY_MS) this.end();
  }

  end(): void {
    const nowMs = performance.now();
    const seconds = (nowMs - this.sinceMs) / 1000;
    if (this.rows === this.told || seconds <= 0) return;
    this.emit({
      t: 'scalars',
      step: [this.rows],
      atMs: [Date.now()],
      values: { 'serve/predictions_per_second': [toSignificant((this.rows - this.told) / seconds)] },
      progress: { epoch: 1, step: this.rows },
    });
    this.told = this.rows;
    this.sinceMs = nowMs;
  }
}

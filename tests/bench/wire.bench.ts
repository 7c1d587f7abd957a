import { once } from 'node:events';
import { deserialize, serialize } from 'node:v8';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { TelemetryFrame } from '../../src-shared/contract/telemetry';
import { HistoryColumns } from '../../src-shared/model/series';
import { decodeMessage, encodeMessage } from '../../src-shared/rpc/encode';
import { median, type Row } from './figures';
import type { AddressInfo } from 'node:net';

const REPEATS = 31;

function timeMs(work: () => void): number {
  for (let i = 0; i < 5; i++) work();
  return median(
    Array.from({ length: REPEATS }, () => {
      const from = performance.now();
      work();
      return performance.now() - from;
    }),
  );
}

/** A number as a sensor tells it. */
const reading = (i: number): number => Math.round((300 + 50 * Math.sin(i)) * 10) / 10;

/** One tick of a hall: 2,300 series at one moment. */
const tick = { atMs: 1, series: 2_300 };
/** A chart of a room: 256 series of 1,200 buckets. */
const chart = { series: 256, points: 1_200 };

const numbersFrame = z.object({
  atMs: z.array(z.number()),
  seriesIds: z.array(z.number()),
  values: z.array(z.array(z.number().nullable())),
});
const numbersColumns = z.object({
  seriesId: z.number(),
  atMs: z.array(z.number()),
  min: z.array(z.number()),
  max: z.array(z.number()),
  mean: z.array(z.number()),
});

/** From one side's message to the other side's checked one, as bytes and, against it, as JSON numbers. */
function pair(
  name: string,
  message: unknown,
  check: (read: unknown) => unknown,
  plain: unknown,
  checkPlain: (read: unknown) => unknown,
): Row[] {
  const bytes = encodeMessage(message).length;
  const text = JSON.stringify(plain).length;
  const socket = timeMs(() => check(decodeMessage(encodeMessage(message))));
  const json = timeMs(() => checkPlain(JSON.parse(JSON.stringify(plain))));
  const port = timeMs(() => check(deserialize(serialize(message))));
  const plainPort = timeMs(() => checkPlain(deserialize(serialize(plain))));
  return [
    { name: `${name}: bytes on the socket`, value: bytes, unit: 'B', ratio: { value: bytes / text, against: 'JSON numbers' } },
    { name: `${name}: over a socket, checked`, value: socket, unit: 'ms', ratio: { value: socket / json, against: 'JSON numbers' } },
    { name: `${name}: over a port, checked`, value: port, unit: 'ms', ratio: { value: port / plainPort, against: 'arrays of numbers' } },
  ];
}

/** Bytes a second of pieces of a file through a real WebSocket on loopback. */
async function throughput(
  encode: (piece: Uint8Array<ArrayBuffer>) => string | Uint8Array,
  decode: (data: Buffer, isBinary: boolean) => unknown,
): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [near] = (await accepted) as [WebSocket];
  const piece = new Uint8Array(512 * 1024).map((_, i) => i * 7);
  const pieces = 200;
  const from = performance.now();
  let got = 0;
  const all = new Promise<void>((done) =>
    far.on('message', (data: Buffer, isBinary) => {
      decode(data, isBinary);
      if ((got += 1) === pieces) done();
    }),
  );
  for (let i = 0; i < pieces; i++) await new Promise<void>((taken) => near.send(encode(piece), () => taken()));
  await all;
  const seconds = (performance.now() - from) / 1000;
  far.terminate();
  await new Promise((closed) => server.close(closed));
  return (pieces * piece.length) / seconds;
}

/** What a message costs from the core's objects to the page's checked ones. */
export async function run(): Promise<{ rows: Row[] }> {
  const values = Float64Array.from({ length: tick.series }, (_, i) => reading(i));
  const seriesIds = Uint32Array.from(values, (_, i) => i + 1);
  const atMs = Float64Array.of(1_795_450_780_000);
  const frame = { t: 'frame', id: 7, seq: 12, bytes: 1, frame: { atMs, seriesIds, values } };
  const plainFrame = { ...frame, frame: { atMs: [...atMs], seriesIds: [...seriesIds], values: [...values].map((value) => [value]) } };
  const column = (from: number): Float64Array => Float64Array.from({ length: chart.points }, (_, i) => reading(from + i));
  const columns = Array.from({ length: chart.series }, (_, i) => ({
    seriesId: i + 1,
    atMs: Float64Array.from({ length: chart.points }, (_x, j) => 1_795_450_780_000 + j * 1000),
    min: column(i),
    max: column(i + 1),
    mean: column(i + 2),
  }));
  const answer = { t: 'ok', id: 7, bytes: 1, output: { bucketMs: 1000, columns } };
  const plainAnswer = {
    ...answer,
    output: {
      bucketMs: 1000,
      columns: columns.map((entry) => ({
        seriesId: entry.seriesId,
        atMs: [...entry.atMs],
        min: [...entry.min],
        max: [...entry.max],
        mean: [...entry.mean],
      })),
    },
  };
  const frameOf = (read: unknown): unknown => (read as { frame: unknown }).frame;
  const columnsOf = (read: unknown): unknown => (read as typeof answer).output.columns;
  const binary = await throughput(
    (piece) => encodeMessage({ t: 'frame', frame: { bytes: piece } }),
    (data, isBinary) => decodeMessage(isBinary ? data : String(data)),
  );
  const base64 = await throughput(
    (piece) => JSON.stringify({ t: 'frame', frame: { base64: Buffer.from(piece).toString('base64') } }),
    (data) => Buffer.from((JSON.parse(String(data)) as { frame: { base64: string } }).frame.base64, 'base64'),
  );
  return {
    rows: [
      ...pair(
        `a tick of ${tick.series.toLocaleString('en')} series`,
        frame,
        (read) => TelemetryFrame.parse(frameOf(read)),
        plainFrame,
        (read) => numbersFrame.parse(frameOf(read)),
      ),
      ...pair(
        `a chart of ${chart.series} × ${chart.points.toLocaleString('en')}`,
        answer,
        (read) => z.array(HistoryColumns).parse(columnsOf(read)),
        plainAnswer,
        (read) => z.array(numbersColumns).parse(columnsOf(read)),
      ),
      {
        name: 'pieces of a file through a socket',
        value: binary / 2 ** 20,
        unit: 'MiB/s',
        ratio: { value: binary / base64, against: 'base64 in JSON' },
      },
    ],
  };
}

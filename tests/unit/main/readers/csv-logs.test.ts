import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileFormats } from '../../../../src-main/core/readers/files';
import { RunFolderFiles } from '../../../../src-main/core/readers/files/folder';
import { event, simple, version } from '../../../helpers/event-files';
import { gather } from '../../../helpers/file-sink';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coldaisle-csv-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

function open(): { sink: ReturnType<typeof gather>; files: RunFolderFiles } {
  const sink = gather();
  return { sink, files: new RunFolderFiles({ root, formats: fileFormats, sink }) };
}

async function read(): Promise<ReturnType<typeof gather>> {
  const { sink, files } = open();
  await files.look({ isEnd: true });
  return sink;
}

describe("Lightning's metrics.csv", () => {
  it('has columns that are empty in most rows; step and epoch are its place', async () => {
    put(
      'lightning_logs/version_0/metrics.csv',
      'epoch,lr-Adam,step,train_loss,val_loss\n,0.001,0,,\n0,,49,0.5,\n0,,49,,0.6\n1,,99,0.25,\n',
    );
    const sink = await read();
    expect(sink.scalars).toEqual([
      { name: 'lr-Adam', step: 0, value: 0.001, atMs: null },
      { name: 'train_loss', step: 49, epoch: 0, value: 0.5, atMs: null },
      { name: 'val_loss', step: 49, epoch: 0, value: 0.6, atMs: null },
      { name: 'train_loss', step: 99, epoch: 1, value: 0.25, atMs: null },
    ]);
    expect(sink.notices).toEqual([]);
  });

  it('of a second version has that in its names', async () => {
    for (const version of ['version_0', 'version_1']) put(`logs/lightning_logs/${version}/metrics.csv`, 'step,loss\n1,2\n');
    expect((await read()).scalars.map(({ name }) => name)).toEqual(['logs/loss', 'logs/version_1/loss']);
  });
});

describe("Keras's CSVLogger", () => {
  it('writes NA for what is missing, and arrays that are no scalars', async () => {
    put('log.csv', 'epoch;accuracy;loss;per_class;val_loss\n0;0.5;1.5;"[0.1, 0.2]";NA\n1;0.75;nan;"[0.1, 0.2]";1.25\n');
    const sink = await read();
    expect(sink.points('accuracy')).toEqual([
      [0, 0.5],
      [1, 0.75],
    ]);
    expect(sink.points('loss')).toEqual([
      [0, 1.5],
      [1, NaN],
    ]);
    expect(sink.points('val_loss')).toEqual([[1, 1.25]]);
    expect(sink.others).toEqual({ per_class: 'array' });
  });

  it('that is appended to begins at epoch 0 again: what follows is put behind, and overwrites nothing', async () => {
    put('log.csv', 'epoch,loss\n0,3\n1,2\n2,1\n0,0.9\n1,0.8\n0,0.7\n');
    const sink = await read();
    expect(sink.scalars.map(({ step, epoch, value }) => [step, epoch, value])).toEqual([
      [0, 0, 3],
      [1, 1, 2],
      [2, 2, 1],
      [3, 0, 0.9],
      [4, 1, 0.8],
      [5, 0, 0.7],
    ]);
    expect(sink.notices).toEqual(['log.csv: "epoch" goes back from 2 to 0: what follows is another training and is put behind it.']);
  });
});

describe('any CSV log', () => {
  it('that was resumed from a checkpoint goes back as it says', async () => {
    put('log.csv', 'step,loss\n0,3\n100,2\n200,1\n150,0.9\n');
    const sink = await read();
    expect(sink.points('loss').at(-1)).toEqual([150, 0.9]);
    expect(sink.notices).toEqual(['log.csv: "step" goes back from 200 to 150: it was resumed from there.']);
  });

  it('whose batches begin anew in each epoch is counted on', async () => {
    put('log.csv', 'epoch,batch,loss\n0,0,5\n0,1,4\n1,0,3\n1,1,2\n');
    const sink = await read();
    expect(sink.points('loss').map(([step]) => step)).toEqual([0, 1, 2, 3]);
    expect(sink.notices).toEqual([]);
  });

  it('tells a wall clock where a column has one, and none of seconds since the start', async () => {
    put('a.csv', 'Wall time,Step,Value\n1700000000.5,1,0.5\n');
    put('b.csv', '               epoch,       time,      train/box_loss\n                   1,       12.5,              1.25\n');
    put('c.csv', 'iteration\ttimestamp\tloss\n1\t2026-11-20T17:00:00Z\t2\n');
    expect((await read()).scalars).toEqual([
      { name: 'Value', step: 1, value: 0.5, atMs: 1_700_000_000_500 },
      { name: 'train/box_loss', step: 1, epoch: 1, isEpoch: true, value: 1.25, atMs: null },
      { name: 'loss', step: 1, value: 2, atMs: Date.parse('2026-11-20T17:00:00Z') },
    ]);
  });

  it('has no steps where its epochs are parts of one', async () => {
    put('log.csv', 'epoch,loss\n0.1,3\n0.2,2\n');
    expect((await read()).scalars.map(({ step, epoch }) => [step, epoch])).toEqual([
      [null, 0.1],
      [null, 0.2],
    ]);
  });

  it('that is no log is not read: a data set, a table of words', async () => {
    put('iris.csv', 'sepal,petal,kind\n1,2,a\n');
    put('words.csv', 'one\ntwo\n');
    const sink = await read();
    expect([sink.scalars, sink.notices]).toEqual([[], []]);
  });

  it('is read while it grows; a torn line waits, and is left out at the end', async () => {
    put('log.csv', 'step,lo');
    const { sink, files } = open();
    await files.look();
    appendFileSync(join(root, 'log.csv'), 'ss\r\n1,0.5\r\n2,0.2');
    await files.look();
    expect(sink.points('loss')).toEqual([[1, 0.5]]);
    appendFileSync(join(root, 'log.csv'), '5\r\n3,0.1');
    await files.look();
    await files.look({ isEnd: true });
    expect(sink.points('loss')).toEqual([
      [1, 0.5],
      [2, 0.25],
    ]);
    expect(sink.notices).toEqual(['log.csv: its last line is not complete and is left out.']);
  });

  it('loses lines that have other columns, or a megabyte, and says how many', async () => {
    put('log.csv', `step,loss\n1,0.5\n2\n3,${'x'.repeat(3_000_000)}\n4,0.25\n`);
    const sink = await read();
    expect(sink.points('loss')).toEqual([
      [1, 0.5],
      [4, 0.25],
    ]);
    expect(sink.notices).toEqual(['log.csv: 2 lines could not be read.']);
  });
});

describe('a CSV log of a spreadsheet or of one of several processes', () => {
  it('has decimal commas where fields are parted by semicolons', async () => {
    put('log.csv', 'epoch;loss;lr\n0;0,5;1,5e-3\n1;,25;2\n');
    expect((await read()).scalars.map(({ name, value }) => [name, value])).toEqual([
      ['loss', 0.5],
      ['lr', 0.0015],
      ['loss', 0.25],
      ['lr', 2],
    ]);
  });

  it('has the logs of several processes under names of their own', async () => {
    put('logs/rank0.log', 'step=1 loss=0.5\n');
    put('logs/rank1.log', 'step=1 loss=0.75\n');
    put('logs/train-worker-2.out', 'step=1 loss=1\n');
    expect((await read()).scalars.map(({ name, value }) => [name, value])).toEqual([
      ['logs/loss', 0.5],
      ['logs/rank1/loss', 0.75],
      ['logs/worker2/loss', 1],
    ]);
  });
});

describe('what a program printed', () => {
  it('is read from its log where no other file has the scalars', async () => {
    put('train.log', 'step=1 loss=0.5\nstep=2 loss=0.25\n');
    put('data.csv', 'a,b\n1,2\n');
    expect((await read()).points('loss')).toEqual([
      [1, 0.5],
      [2, 0.25],
    ]);
    put('events.out.tfevents.1700000000.a', '');
    writeFileSync(join(root, 'events.out.tfevents.1700000000.a'), Buffer.concat([version, event(7, [simple('loss', 7)])]));
    expect((await read()).points('loss')).toEqual([[7, 7]]);
  });

  it('may be in UTF-16, as a shell of Windows writes it', async () => {
    writeFileSync(join(root, 'train.log'), Buffer.from('\ufeffstep=1 loss=0.5\r\n', 'utf16le'));
    expect((await read()).points('loss')).toEqual([[1, 0.5]]);
  });
});

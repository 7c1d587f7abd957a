import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode as encodeJpeg } from 'jpeg-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { muLaw } from '../../../../src-main/core/datasets/decode-wav';
import { parseNpy } from '../../../../src-main/core/datasets/npy-array';
import { dataFolder, soundsOf, textsOf, type DataFolder } from '../../../helpers/data-sources';
import { needsProgram } from '../../../helpers/needs';
import { repoRoot } from '../../../helpers/repo-root';
import { pngOf, wavOf } from '../../../helpers/media';

const needsPython = needsProgram(spawnSync('python3', ['--version']).status === 0, 'python3', 'python3');

let folder: DataFolder;
beforeEach(async () => {
  folder = await dataFolder();
});
afterEach(() => folder.close());

function idx(type: number, shape: readonly number[], data: Buffer): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.writeUInt8(type, 2);
  head.writeUInt8(shape.length, 3);
  shape.forEach((size, i) => head.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([head, data]);
}

describe('IDX', () => {
  it('reads the digits that come with the product, with their parts and labels', async () => {
    const stored = await folder.take(join(repoRoot, 'tests/data/mnist-10k'));
    expect(stored.version).toMatchObject({
      rows: 10_000,
      kind: 'images',
      target: 'label',
      parts: { train: 8_000, validation: 0, test: 2_000 },
    });
    expect(stored.column('image')).toMatchObject({ type: 'image', shape: [28, 28, 1], element: 'u8' });
    expect(stored.column('label').categories).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('reads one file, and the labels beside values of any type', async () => {
    const data = Buffer.alloc(8);
    data.writeFloatBE(1.5, 0);
    data.writeFloatBE(-2, 4);
    const alone = await folder.take(await folder.put({ 'x.idx1-float': idx(0x0d, [2], data) }));
    expect(await alone.read('value')).toEqual({ type: 'number', values: Float64Array.of(1.5, -2) });
    const shorts = Buffer.from([0, 1, 0xff, 0xff, 0, 3, 0, 4]);
    const pair = join(folder.dir, 'pair');
    await folder.put({
      'pair/a-images.idx2': gzipSync(idx(0x0b, [2, 2], shorts)),
      'pair/a-labels.idx1': idx(0x08, [2], Buffer.from([7, 3])),
    });
    const both = await folder.take(pair);
    expect(await both.read('value')).toEqual({ type: 'vector', shape: [2], values: Int16Array.of(1, -1, 3, 4) });
    expect(await both.read('label')).toEqual({ type: 'category', categories: ['3', '7'], codes: Int32Array.of(1, 0) });
  });

  it('says of a file what is wrong with it', async () => {
    const take = async (name: string, bytes: Buffer): Promise<unknown> => folder.take(await folder.put({ [name]: bytes }));
    await expect(take('cut.idx3-ubyte', idx(8, [2, 8, 8], Buffer.alloc(127)))).rejects.toThrow(
      'cut.idx3-ubyte: it holds 127 bytes of data, its header says 128',
    );
    await expect(take('none.idx3-ubyte', Buffer.from('nothing of the kind'))).rejects.toThrow('none.idx3-ubyte: it is no IDX file');
    await folder.put({
      'odd/a-images.idx3-ubyte': idx(8, [1, 8, 8], Buffer.alloc(64)),
      'odd/a-labels.idx1-ubyte': idx(8, [2], Buffer.alloc(2)),
    });
    await expect(folder.take(join(folder.dir, 'odd'))).rejects.toThrow(
      'a-labels.idx1-ubyte: it has 2 labels for 1 rows of a-images.idx3-ubyte',
    );
    expect(folder.catalogue.list).toEqual([]);
  });
});

/** As NumPy writes it. */
function npy(descr: string, shape: readonly number[], data: Buffer, order = 'False'): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const head = `${text.padEnd(117)}\n`;
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0]);
  start.writeUInt16LE(head.length, 8);
  return Buffer.concat([start, Buffer.from(head), data]);
}
const bytes = (array: ArrayBufferView): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

describe('NumPy', () => {
  it.each([
    ['<f8', bytes(Float64Array.of(1.5, -2)), Float64Array.of(1.5, -2)],
    ['>i2', Buffer.from([0, 1, 0xff, 0xfe]), Int16Array.of(1, -2)],
    ['<i8', bytes(BigInt64Array.of(5n, -(2n ** 40n))), Float64Array.of(5, -(2 ** 40))],
    ['<u4', bytes(Uint32Array.of(1, 4_000_000_000)), Float64Array.of(1, 4_000_000_000)],
    ['|b1', Buffer.from([1, 0]), Uint8Array.of(1, 0)],
    // 1.0 and the smallest number above zero, as IEEE 754 binary16.
    ['<f2', bytes(Uint16Array.of(0x3c00, 0x0001)), Float32Array.of(1, 2 ** -24)],
    ['<U2', Buffer.concat([Buffer.from('a\0\0\0\0\0\0\0'), Buffer.from('\xe9\0\0\0b\0\0\0', 'latin1')]), ['a', 'éb']],
    ['|S3', Buffer.from('ab\0xyz'), ['ab', 'xyz']],
  ])('reads %s', (descr, data, values) => {
    expect(parseNpy(npy(descr, [2], data))).toEqual({ shape: [2], values });
  });

  it('turns columns first into rows first', () => {
    // [[1, 2, 3], [4, 5, 6]] by columns.
    const read = parseNpy(npy('|u1', [2, 3], Buffer.from([1, 4, 2, 5, 3, 6]), 'True'));
    expect(read).toEqual({ shape: [2, 3], values: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  });

  it('reads an archive with parts as Keras has them', needsPython, async () => {
    const dir = join(folder.dir, 'npz');
    const image = (count: number): Buffer => npy('|u1', [count, 8, 8], Buffer.alloc(count * 64, count));
    await folder.put({
      'npz/x_train.npy': image(3),
      'npz/y_train.npy': npy('<i8', [3], bytes(BigInt64Array.of(0n, 1n, 2n))),
      'npz/x_test.npy': image(1),
      'npz/y_test.npy': npy('<i8', [1], bytes(BigInt64Array.of(2n))),
    });
    zip(join(dir, 'made.npz'), ['x_train.npy', 'y_train.npy', 'x_test.npy', 'y_test.npy'], dir);
    const stored = await folder.take(join(dir, 'made.npz'));
    expect(stored.version).toMatchObject({ rows: 4, kind: 'images', target: 'y', parts: { train: 3, validation: 0, test: 1 } });
    expect(await stored.read('y')).toEqual({ type: 'number', values: Float64Array.of(0, 1, 2, 2) });
    expect(await stored.read('x', 3, 1)).toMatchObject({ shape: [8, 8, 1], values: new Uint8Array(64).fill(1) });
    zip(join(dir, 'odd.npz'), ['x_train.npy', 'y_test.npy'], dir);
    await expect(folder.take(join(dir, 'odd.npz'))).rejects.toThrow('odd.npz: its array x has another shape in another part');
  });

  it('says of a file what is wrong with it', async () => {
    const take = async (name: string, content: Buffer): Promise<unknown> => folder.take(await folder.put({ [name]: content }));
    await expect(take('a.npy', npy('|O', [1], Buffer.alloc(8)))).rejects.toThrow('a.npy: it holds Python objects');
    await expect(take('b.npy', npy('<f8', [3], Buffer.alloc(16)))).rejects.toThrow('b.npy: it holds 16 bytes of data, its header says 24');
    await expect(take('c.npy', Buffer.from('no'))).rejects.toThrow('c.npy: it is no .npy file');
    await expect(take('d.npz', Buffer.from('no zip'))).rejects.toThrow('d.npz: it is no ZIP archive, or is cut off:');
  });
});

/** A ZIP archive made by Python's own library: what this reads is not written by itself. */
function zip(path: string, names: readonly string[], dir: string): void {
  const program =
    'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:\n  for n in sys.argv[3:]: z.write(sys.argv[2] + "/" + n, n)';
  execFileSync('python3', ['-c', program, path, dir, ...names]);
}

describe('folders of images', () => {
  it('takes classes and parts from the folders', async () => {
    await folder.put({
      'set/train/cat/1.png': pngOf(8, 8, () => [255, 0, 0, 255]),
      'set/train/dog/2.png': pngOf(8, 8, () => [0, 255, 0, 255]),
      'set/test/cat/3.png': pngOf(8, 8, () => [0, 0, 0, 0]),
      'set/readme.txt': 'not an image',
    });
    const stored = await folder.take(join(folder.dir, 'set'));
    expect(stored.version).toMatchObject({ rows: 3, kind: 'images', target: 'label', parts: { train: 2, validation: 0, test: 1 } });
    expect(await stored.read('label')).toEqual({ type: 'category', categories: ['cat', 'dog'], codes: Int32Array.of(0, 0, 1) });
    expect(await stored.read('file', 0, 1)).toEqual({ type: 'text', values: ['test/cat/3.png'] });
    // What is transparent shows white.
    expect(await stored.read('image', 0, 1)).toEqual({ type: 'image', shape: [8, 8, 3], values: new Uint8Array(192).fill(255) });
  });

  it('scales by the mean of what lies below each pixel, and keeps grey ones in one channel', async () => {
    await folder.put({ 'grey/a.png': pngOf(4, 2, (x) => [x * 10, x * 10, x * 10, 255]), 'grey/b.png': pngOf(2, 2, () => [7, 7, 7, 255]) });
    const stored = await folder.take(join(folder.dir, 'grey'), { imageSize: [1, 2] });
    expect(await stored.read('image')).toEqual({ type: 'image', shape: [1, 2, 1], values: Uint8Array.of(5, 25, 7, 7) });
  });

  it('reads JPEG, names what is none and what has another size', async () => {
    const { data } = encodeJpeg({ width: 8, height: 8, data: Buffer.alloc(256, 128) }, 90);
    await folder.put({ 'mixed/a.jpg': data, 'mixed/b.png': pngOf(9, 8, () => [0, 0, 0, 255]), 'mixed/c.png': Buffer.from('no image') });
    await expect(folder.take(join(folder.dir, 'mixed'))).rejects.toThrow(
      /2 lines or files cannot be read. b.png: it is 9 × 8 pixels, a.jpg is 8 × 8; .*; c.png: it is no image that can be read: neither PNG nor JPEG/,
    );
    const stored = await folder.take(join(folder.dir, 'mixed'), { skipBad: true });
    expect(stored.rows).toBe(1);
    expect(((await stored.read('image')) as { values: Uint8Array }).values.every((value) => Math.abs(value - 128) <= 2)).toBe(true);
  });

  it('does not unpack an image of more pixels than memory has', async () => {
    const huge = Buffer.from(pngOf(1, 1, () => [0, 0, 0, 0]));
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    await folder.put({ 'huge/a.png': huge });
    await expect(folder.take(join(folder.dir, 'huge'))).rejects.toThrow('a.png: it is no image that can be read: it has too many pixels');
  });
});

describe('folders of WAV files', () => {
  it('reads every form of samples as one channel', async () => {
    await folder.put({
      'wav/pcm16.wav': wavOf({ format: 1, bits: 16, channels: 2, rate: 8000 }, bytes(Int16Array.of(100, 300, -4, -6))),
      'wav/pcm8.wav': wavOf({ format: 1, bits: 8, channels: 1, rate: 8000 }, Buffer.from([128, 255])),
      'wav/pcm24.wav': wavOf({ format: 1, bits: 24, channels: 1, rate: 8000 }, Buffer.from([0, 1, 0, 0, 0, 0x80])),
      'wav/float.wav': wavOf({ format: 3, bits: 32, channels: 1, rate: 8000 }, bytes(Float32Array.of(0.5, 2))),
      'wav/law.wav': wavOf({ format: 7, bits: 8, channels: 1, rate: 8000 }, Buffer.from([0xff, 0x00])),
    });
    const stored = await folder.take(join(folder.dir, 'wav'));
    expect(stored.column('audio')).toMatchObject({ sampleRateHz: 8000, element: 'i16' });
    const names = textsOf(await stored.read('file'));
    const sounds = soundsOf(await stored.read('audio'));
    expect(Object.fromEntries(names.map((name, i) => [name ?? '', [...(sounds[i] ?? [])]]))).toEqual({
      'pcm16.wav': [200, -5],
      'pcm8.wav': [0, 127 * 256],
      'pcm24.wav': [1, -32768],
      'float.wav': [16384, 32767],
      'law.wav': [0, -32124],
    });
  });

  it('decodes µ-law as G.711 has it', () => {
    // Its table 2a: the decoder's outputs at the ends of the segments, in 16 bits.
    expect([0x80, 0x8f, 0xff, 0x7f, 0x00, 0xf0].map(muLaw)).toEqual([32124, 16764, 0, 0, -32124, 120]);
  });

  it('names what is cut off, of another rate, or no WAV file', async () => {
    const good = { format: 1, bits: 16, channels: 1, rate: 8000 } as const;
    await folder.put({
      'bad/a.wav': wavOf(good, bytes(Int16Array.of(1))),
      'bad/b.wav': wavOf({ ...good, rate: 16000 }, bytes(Int16Array.of(1))),
      'bad/c.wav': wavOf(good, bytes(Int16Array.of(1, 2, 3))).subarray(0, -2),
      'bad/d.wav': Buffer.from('RIFFnot'),
      'bad/e.wav': wavOf({ ...good, format: 85 }, Buffer.alloc(4)),
    });
    await expect(folder.take(join(folder.dir, 'bad'))).rejects.toThrow(
      /4 lines or files cannot be read. b.wav: it has 16000 samples a second, a.wav has 8000; c.wav: it is cut off; d.wav: it is no WAV file; e.wav: .*\(format 85, 16 bits\)/,
    );
  });
});

describe('texts', () => {
  it('cuts a text into lines, paragraphs or not at all', async () => {
    const path = await folder.put({ 't.txt': 'One\ntwo\n\n  three \r\n\n\nfour' });
    const texts = async (textRows: 'line' | 'paragraph' | 'file' | null): Promise<unknown> =>
      textsOf(await (await folder.take(path, { textRows })).read('text'));
    expect(await texts(null)).toEqual(['One', 'two', 'three', 'four']);
    expect(await texts('paragraph')).toEqual(['One two', 'three', 'four']);
    expect(await texts('file')).toEqual(['One\ntwo\n\n  three \n\n\nfour']);
  });

  it('takes a folder of texts with its classes', async () => {
    await folder.put({ 'mail/ham/1.txt': 'hello', 'mail/spam/2.txt': Buffer.from('caf\xe9s', 'latin1') });
    const stored = await folder.take(join(folder.dir, 'mail'));
    expect(await stored.read('text')).toEqual({ type: 'text', values: ['hello', 'cafés'] });
    expect(stored.column('label').categories).toEqual(['ham', 'spam']);
  });
});

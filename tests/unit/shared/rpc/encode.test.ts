import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, sizeOf } from '@shared/rpc/encode';

const copy = (message: unknown): unknown => decodeMessage(encodeMessage(message));

/** The bytes of a message with this head and body, as a page that is none of ours could send them. */
function forged(head: unknown, body = new Uint8Array(16), headLength?: number): Uint8Array {
  const text = new TextEncoder().encode(typeof head === 'string' ? head : JSON.stringify(head));
  const start = Math.ceil((4 + text.length) / 8) * 8;
  const bytes = new Uint8Array(start + body.length);
  new DataView(bytes.buffer).setUint32(0, headLength ?? text.length, true);
  bytes.set(text, 4);
  bytes.set(body, start);
  return bytes;
}

describe('messages with arrays', () => {
  it('carry doubles to the last bit, whole numbers and bytes, wherever they stand', () => {
    const numbers = Float64Array.of(0, 1 / 3, NaN, -1e300, 2 ** 53, 5e-324, -0, Infinity);
    const many = Float64Array.from({ length: 30_000 }, (_, i) => Math.sin(i));
    const message = {
      t: 'ok',
      id: 7,
      output: {
        columns: [{ seriesId: 1, atMs: numbers, min: many }, null, { seriesId: 2, file: Uint8Array.of(1, 2, 255) }],
        none: new Float64Array(),
        ids: Uint32Array.of(1, 0, 2 ** 32 - 1),
        noIds: new Uint32Array(),
        after: Float64Array.of(0.5),
      },
    };
    expect(copy(message)).toEqual(message);
    expect(copy(numbers)).toEqual(numbers);
    expect(copy(Uint8Array.of(7))).toEqual(Uint8Array.of(7));
    expect(copy(Uint32Array.of(7))).toEqual(Uint32Array.of(7));
  });

  it('take the bytes of their numbers and a small head, where text takes more than twice as much', () => {
    const values = Float64Array.from({ length: 2_000 }, (_, i) => 300 + Math.sin(i) * 50);
    const encoded = encodeMessage({ values });
    expect(encoded).toBeInstanceOf(Uint8Array);
    expect(encoded.length).toBeLessThan(values.byteLength + 100);
    expect(JSON.stringify([...values]).length).toBeGreaterThan(2 * encoded.length);
  });

  it('keep their text in any language, and leave the given message as it was', () => {
    const message = { name: '机房 “A” 🌡', bytes: Uint8Array.of(1), list: [Float64Array.of(1)] };
    expect(copy(message)).toEqual(message);
    expect(message.bytes).toEqual(Uint8Array.of(1));
  });

  it('send of a view only what it shows, and are read wherever they lie in memory', () => {
    const view = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
    const encoded = encodeMessage({ view }) as Uint8Array;
    for (const offset of [0, 1, 4, 8]) {
      const shifted = new Uint8Array(encoded.length + offset);
      shifted.set(encoded, offset);
      expect(decodeMessage(shifted.subarray(offset))).toEqual({ view: Float64Array.of(2, 3) });
    }
  });
});

describe('messages without', () => {
  it('are plain JSON text, also where they look like the other kind', () => {
    const message = { message: null, arrays: [['f64', 1, 'message']], text: '{"arrays":[]}', gone: undefined, at: new Date(0) };
    expect(encodeMessage(message)).toBe(JSON.stringify(message));
    expect(copy({ list: [1, null, 'two'] })).toEqual({ list: [1, null, 'two'] });
  });

  it('that are no JSON-shaped value are refused', () => {
    expect(() => encodeMessage(undefined)).toThrow(TypeError);
    for (const text of ['{', '']) expect(() => decodeMessage(text)).toThrow(SyntaxError);
  });
});

describe('forged bytes', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['less than a length', Uint8Array.of(1, 0, 0)],
    ['a head longer than the message', forged({ message: null, arrays: [] }, undefined, 4096)],
    ['a head that is no JSON', forged('{"message"')],
    ['a head without a message', forged({ arrays: [] })],
    ['a head whose list of arrays is none', forged({ message: null, arrays: 'f64' })],
    ['an unknown kind', forged({ message: null, arrays: [['i32', 1]] })],
    ['a negative length', forged({ message: null, arrays: [['u8', -1]] })],
    ['a length that is no whole number', forged({ message: null, arrays: [['f64', 0.5]] })],
    ['an array longer than the message', forged({ message: null, arrays: [['f64', 3]] })],
    ['a path that is none', forged({ message: [null], arrays: [['u8', 1, null]] })],
    ['a path to nowhere', forged({ message: {}, arrays: [['u8', 1, 'a', 'b']] })],
    ['a path out of the message', forged({ message: {}, arrays: [['u8', 1, '__proto__', 'polluted']] })],
    ['a path into an inherited value', forged({ message: [], arrays: [['u8', 1, 'length']] })],
    ['a place that is taken', forged({ message: { a: 1 }, arrays: [['u8', 1, 'a']] })],
    ['a place that two want', forged({ message: [null], arrays: [['u8', 1, 0], ['u8', 1, 0]] })], // prettier-ignore
    ['a path through an array of bytes', forged({ message: [null], arrays: [['u8', 1, 0], ['u8', 1, 0, '0']] })], // prettier-ignore
  ])('%s: a SyntaxError', (_what, bytes) => {
    expect(() => decodeMessage(bytes)).toThrow(SyntaxError);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('sizeOf', () => {
  it('tells about what a message takes', () => {
    const message = { columns: [{ seriesId: 12, atMs: new Float64Array(1_000), min: new Float64Array(1_000) }], text: 'x'.repeat(500) };
    const encoded = encodeMessage(message).length;
    expect(sizeOf(message)).toBeGreaterThan(0.9 * encoded);
    expect(sizeOf(message)).toBeLessThan(1.1 * encoded);
    expect([sizeOf(null), sizeOf(undefined), sizeOf(1), sizeOf('four')]).toEqual([4, 8, 8, 4]);
  });
});

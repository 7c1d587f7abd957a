import { PNG } from 'pngjs';

type Rgba = readonly [red: number, green: number, blue: number, opacity: number];

/** A PNG file of these pixels. */
export function pngOf(width: number, height: number, pixel: (x: number, y: number) => Rgba): Buffer {
  const image = new PNG({ width, height });
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) image.data.set(pixel(x, y), (y * width + x) * 4);
  return PNG.sync.write(image);
}

export interface WavForm {
  /** Of the format chunk: 1 PCM, 3 float, 7 µ-law. */
  readonly format: number;
  readonly bits: number;
  readonly channels: number;
  /** Samples a second. */
  readonly rate: number;
}

/** A WAV file of these samples, with a chunk of text before them as editors leave it. */
export function wavOf({ format, bits, channels, rate }: WavForm, data: Buffer): Buffer {
  const frame = (bits / 8) * channels;
  const form = Buffer.alloc(16);
  form.writeUInt16LE(format, 0);
  form.writeUInt16LE(channels, 2);
  form.writeUInt32LE(rate, 4);
  form.writeUInt32LE(rate * frame, 8);
  form.writeUInt16LE(frame, 12);
  form.writeUInt16LE(bits, 14);
  const chunk = (name: string, content: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
  };
  const body = Buffer.concat([Buffer.from('WAVE'), chunk('LIST', Buffer.from('abc')), chunk('fmt ', form), chunk('data', data)]);
  const head = Buffer.alloc(8);
  head.write('RIFF', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

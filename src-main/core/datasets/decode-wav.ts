import { isKeyedMessage, message, type KeyedMessage } from '@shared/text/message';

/** One channel: several are their mean. */
export interface Sound {
  readonly rateHz: number;
  readonly samples: Int16Array;
}

const PCM = 1;
const FLOAT = 3;
const A_LAW = 6;
const MU_LAW = 7;
const EXTENSIBLE = 0xfffe;
const FULL = 32_768;

type Decode = (bytes: Buffer, at: number) => number;
/** By form and bits: a sample as −32,768 … 32,767. */
const decoders: Readonly<Record<string, Decode>> = {
  [`${PCM}/8`]: (bytes, at) => (bytes.readUInt8(at) - 128) * 256,
  [`${PCM}/16`]: (bytes, at) => bytes.readInt16LE(at),
  [`${PCM}/24`]: (bytes, at) => bytes.readIntLE(at, 3) / 256,
  [`${PCM}/32`]: (bytes, at) => bytes.readInt32LE(at) / 65_536,
  [`${FLOAT}/32`]: (bytes, at) => bytes.readFloatLE(at) * FULL,
  [`${FLOAT}/64`]: (bytes, at) => bytes.readDoubleLE(at) * FULL,
  [`${A_LAW}/8`]: (bytes, at) => aLaw(bytes.readUInt8(at)),
  [`${MU_LAW}/8`]: (bytes, at) => muLaw(bytes.readUInt8(at)),
};

interface Form {
  readonly decode: Decode;
  readonly channels: number;
  readonly rateHz: number;
  readonly sampleBytes: number;
}

/** Reads a WAV file (RIFF). @returns why it cannot be read, where it cannot */
export function decodeWav(bytes: Buffer): Sound | KeyedMessage {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    return message('message.data.noWav');
  let form: Form | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const start = at + 8;
    if (name === 'fmt ') {
      const read = formOf(bytes.subarray(start, start + length));
      if (isKeyedMessage(read)) return read;
      form = read;
    }
    if (name === 'data') {
      if (form === null) return message('message.data.noWav');
      // A recorder that was cut off, or that streams, leaves a length that is not true.
      if (start + length > bytes.length) return message('message.data.wavCut');
      return { rateHz: form.rateHz, samples: samplesOf(bytes.subarray(start, start + length), form) };
    }
    // Chunks begin at even bytes.
    at = start + length + (length % 2);
  }
  return message('message.data.wavCut');
}

function formOf(chunk: Buffer): Form | KeyedMessage {
  if (chunk.length < 16) return message('message.data.wavCut');
  const tag = chunk.readUInt16LE(0);
  const format = tag === EXTENSIBLE && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag;
  const bits = chunk.readUInt16LE(14);
  const decode = decoders[`${format}/${bits}`];
  const channels = chunk.readUInt16LE(2);
  const rateHz = chunk.readUInt32LE(4);
  if (decode === undefined || channels === 0 || rateHz === 0) return message('message.data.wavForm', { format, bits });
  return { decode, channels, rateHz, sampleBytes: bits / 8 };
}

function samplesOf(data: Buffer, { decode, channels, sampleBytes }: Form): Int16Array {
  const frame = channels * sampleBytes;
  const samples = new Int16Array(Math.floor(data.length / frame));
  for (let i = 0; i < samples.length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += decode(data, i * frame + channel * sampleBytes);
    samples[i] = Math.min(FULL - 1, Math.max(-FULL, Math.round(sum / channels)));
  }
  return samples;
}

/** ITU-T G.711. */
export function muLaw(code: number): number {
  const bits = ~code & 0xff;
  const size = (((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4);
  return bits & 0x80 ? 0x84 - size : size - 0x84;
}

/** ITU-T G.711. */
function aLaw(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits & 0x70) >> 4;
  const mantissa = (bits & 0x0f) << 4;
  const size = segment === 0 ? mantissa + 8 : (mantissa + 0x108) << (segment - 1);
  return bits & 0x80 ? size : -size;
}

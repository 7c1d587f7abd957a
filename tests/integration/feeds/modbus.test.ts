import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { english, messageOf } from '@shared/text/message';
import { sharedConnection, type SharedConnection } from '../../../src-main/core/telemetry/collectors/modbus/connection';
import { parsePoint } from '../../../src-main/core/telemetry/collectors/modbus/points';
import { MeterReader } from '../../../src-main/core/telemetry/collectors/modbus/reader';
import { discoverSunSpec } from '../../../src-main/core/telemetry/collectors/modbus/sunspec';
import { exceptionFrame, ModbusDevice } from '../../fakes/modbus-device';

let device: ModbusDevice;
let shared: SharedConnection;
const { signal } = new AbortController();
beforeEach(async () => {
  device = await ModbusDevice.listen();
  shared = sharedConnection('127.0.0.1', device.port);
});
afterEach(async () => {
  shared.release();
  await device.close();
});

const read = (...texts: string[]): MeterReader =>
  new MeterReader(
    shared.connection,
    1,
    texts.map((text) => parsePoint(text, 'wire')),
  );
const failure = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return english(messageOf(error));
  }
  throw new Error('it did not fail');
};

describe('a meter', () => {
  it('is read with its scale, its factor and its markers of no value, and shows the registers as they came', async () => {
    device.set(10, [0xfffc, 0x7d90, 0x8000, 0x0055, 0xffff]);
    device.set(0x28, [0xfb2e, 0xffff], 'input');
    const values = await read(
      'power 10 int32 scale=0.01',
      'voltage 12 int16',
      'current 13 int16 sf=14',
      'power.L1 input:0x28 int32 words=low scale=0.1',
    ).read(signal);
    expect(values.map(({ value, raw }) => [value, raw])).toEqual([
      [-2300, 'FFFC 7D90'],
      [null, '8000'],
      [8.5, '0055 SF FFFF'],
      [-123.4, 'FB2E FFFF'],
    ]);
    expect(english(values[1]?.why ?? '')).toContain('no value');
    expect(device.requests.map(({ code, address, count }) => [code, address, count])).toEqual([
      [3, 10, 5],
      [4, 0x28, 2],
    ]);
  });

  it('that has a hole is asked around it, once it is known without asking again', async () => {
    device.set(40, [0, 1]);
    device.set(55, [0, 500]);
    const reader = read('power 40 int32', 'frequency 55 int32 scale=0.1', 'current 70 int32');
    expect((await reader.read(signal)).map(({ value }) => value)).toEqual([1, 50, null]);
    device.requests.length = 0;
    expect((await reader.read(signal)).map(({ value }) => value)).toEqual([1, 50, null]);
    expect(device.requests).toHaveLength(3);
  });

  it('whose factor is no power of ten has no value', async () => {
    device.set(0, [100, 99]);
    const [power] = await read('power 0 int16 sf=1').read(signal);
    expect(power).toMatchObject({ value: null, raw: '0064 SF 0063' });
  });
});

describe('a connection', () => {
  it('passes an answer by that comes after it was given up, and reads on in step', async () => {
    device.set(0, [7]);
    const controller = new AbortController();
    let late: () => void = () => undefined;
    device.answers = [
      (request, socket) => {
        late = () => void socket.write(device.frame({ ...request }));
        controller.abort();
      },
      (request, socket) => {
        device.set(0, [9]);
        late();
        device.reply(request, socket);
      },
    ];
    expect(await failure(shared.connection.readRegisters(1, 'holding', 0, 1, controller.signal))).toContain('does not answer');
    expect(await shared.connection.readRegisters(1, 'holding', 0, 1, signal)).toEqual([9]);
    expect(device.open.size).toBe(1);
  });

  it('takes answers in pieces, and several at once', async () => {
    device.set(0, [1, 2, 3]);
    device.answers = [
      (request, socket) => {
        const frame = device.frame(request);
        socket.write(frame.subarray(0, 3));
        setTimeout(() => socket.write(frame.subarray(3, 8)), 10);
        setTimeout(() => socket.write(frame.subarray(8)), 20);
      },
    ];
    expect(await shared.connection.readRegisters(1, 'holding', 0, 3, signal)).toEqual([1, 2, 3]);
  });

  it('that the device ended while idle is made anew, and nothing is missed', async () => {
    device.set(0, [5]);
    await shared.connection.readRegisters(1, 'holding', 0, 1, signal);
    device.answers = [(_request, socket) => void socket.destroy(), (request, socket) => device.reply(request, socket)];
    expect(await shared.connection.readRegisters(1, 'holding', 0, 1, signal)).toEqual([5]);
  });

  it('is shared: requests of several readers go out one after another', async () => {
    device.set(0, [5]);
    const second = sharedConnection('127.0.0.1', device.port);
    let open = 0;
    let most = 0;
    device.answers = [
      (request, socket) => {
        most = Math.max(most, ++open);
        setTimeout(() => {
          open -= 1;
          device.reply(request, socket);
        }, 5);
      },
    ];
    const reads = [shared, second, shared, second].map(({ connection }, unit) =>
      connection.readRegisters(unit + 1, 'holding', 0, 1, signal),
    );
    expect(await Promise.all(reads)).toEqual([[5], [5], [5], [5]]);
    expect([most, device.open.size]).toEqual([1, 1]);
    second.release();
    expect(await shared.connection.readRegisters(1, 'holding', 0, 1, signal)).toEqual([5]);
  });

  it('goes on for the other units when one behind the gateway is silent', async () => {
    device.set(0, [5]);
    device.answers = [
      (request, socket) => void socket.write(exceptionFrame(request, 0x0b)),
      (request, socket) => device.reply(request, socket),
    ];
    expect(await failure(shared.connection.readRegisters(7, 'holding', 0, 1, signal))).toBe(
      `The gateway 127.0.0.1:${device.port} answers, unit 7 behind it does not (exception 11). Check the meter’s bus and number.`,
    );
    expect(await shared.connection.readRegisters(8, 'holding', 0, 1, signal)).toEqual([5]);
    expect(device.open.size).toBe(1);
  });

  it('asks a busy device again', async () => {
    device.set(0, [5]);
    device.answers = [
      (request, socket) => void socket.write(exceptionFrame(request, 6)),
      (request, socket) => device.reply(request, socket),
    ];
    expect(await shared.connection.readRegisters(1, 'holding', 0, 1, signal)).toEqual([5]);
  });

  it.each([
    ['what is no Modbus', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['nothing but zeros', '\0'.repeat(20)],
  ])('to a server that answers %s says so, and is made anew', async (_what, text) => {
    device.set(0, [5]);
    device.answers = [(_request, socket) => void socket.write(text), (request, socket) => device.reply(request, socket)];
    expect(await failure(shared.connection.readRegisters(1, 'holding', 0, 1, signal))).toContain('is not Modbus TCP');
    expect(await shared.connection.readRegisters(1, 'holding', 0, 1, signal)).toEqual([5]);
  });

  it('says that nobody listens there', async () => {
    const { port } = device;
    await device.close();
    const lost = sharedConnection('127.0.0.1', port);
    expect(await failure(lost.connection.readRegisters(1, 'holding', 0, 1, signal))).toContain('refuses the connection');
    lost.release();
    device = await ModbusDevice.listen();
  });
});

describe('SunSpec', () => {
  const text = (value: string, words: number): number[] => {
    const bytes = Buffer.alloc(words * 2);
    bytes.write(value, 'latin1');
    return Array.from({ length: words }, (_, i) => bytes.readUInt16BE(i * 2));
  };
  const common = [1, 66, ...text('Fronius', 16), ...text('Smart Meter', 16), ...text('', 8), ...text('1.2', 8), ...text('4711', 16), 1, 0];

  it('finds an inverter of one phase, whose other phases are none', async () => {
    const model = Array<number>(50).fill(0xffff);
    // A 8.5 with A_SF -1; W -120 with W_SF 1; Hz 49.98; WH 123456.
    Object.entries({
      0: 0x55,
      1: 0x55,
      4: 0xffff,
      12: 0xfff4,
      13: 1,
      14: 4998,
      15: 0xfffe,
      22: 1,
      23: 0xe240,
      24: 0,
      31: 0x8000,
      35: 0x8000,
    }).forEach(([at, word]) => (model[Number(at)] = word));
    device.set(40_000, [0x5375, 0x6e53, ...common, 101, 50, ...model, 0xffff, 0]);
    const found = await discoverSunSpec(shared.connection, 'inverter', 1, signal);
    expect(found).toMatchObject({ maker: 'Fronius', model: 'Smart Meter', serial: '4711', models: [1, 101] });
    const values = await new MeterReader(shared.connection, 1, found.points).read(signal);
    const of = (quantity: string, part = ''): number | null | undefined =>
      values.find(({ point }) => point.quantity === quantity && point.part === part)?.value;
    expect([of('current'), of('current', 'L1'), of('current', 'L2'), of('current', 'L3')]).toEqual([8.5, 8.5, null, null]);
    expect([of('power'), of('frequency'), of('energy.export'), of('temperature')]).toEqual([-120, 49.98, 123_456 * 3600, null]);
  });

  it('finds a meter of floats, also behind another model and at another place', async () => {
    const floats = Array<number>(124).fill(0x7fc0);
    const put = (at: number, value: number): void => {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatBE(value);
      [floats[at], floats[at + 1]] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
    };
    put(26, 4321.5);
    put(66, 1000);
    device.set(0, [1]);
    device.set(40_000, [1, 2]);
    device.set(50_000, [0x5375, 0x6e53, ...common, 64_001, 3, 1, 2, 3, 213, 124, ...floats, 0xffff, 0]);
    const found = await discoverSunSpec(shared.connection, 'meter', 1, signal);
    expect(found.models).toEqual([1, 64_001, 213]);
    const values = await new MeterReader(shared.connection, 1, found.points).read(signal);
    expect(values.filter(({ value }) => value !== null).map(({ point, value }) => [point.quantity, value])).toEqual([
      ['power', 4321.5],
      ['energy.import', 3.6e6],
    ]);
  });

  it('says that a device has no map', async () => {
    expect(await failure(discoverSunSpec(shared.connection, 'meter', 1, signal))).toContain('no SunSpec map');
  });
});

import { createServer, type Socket } from 'node:net';
import { LOOPBACK, LoopbackServer, type OpenPeer, type ServedFeed } from './peer';
import type { SimulatedFacility } from '../facility';
import { apparent, MAINS_HZ, phaseCurrent, PHASE_V, type MeteredRoom } from './room';

/** What follows the header's length: unit, function, address and count of a request that reads. */
const HEADER = 7;
/** Longest frame (Modbus Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3). */
const LENGTH_MAX = 254;
const READ_MAX = 125;
const REFUSED = { function: 1, address: 2, value: 3, noDevice: 11 } as const;

/** Where the SunSpec map stands, and what it is made of. */
const SUNSPEC_AT = 40_000;
const COMMON_WORDS = 66;
/** Three phases and neutral, integers with scale factors: model 203. */
const METER = 203;
const METER_WORDS = 105;
const END = 0xffff;
/** What is not there: a number, and a counter. */
const [NOT_INT, NOT_ACC] = [0x8000, 0];

/** Registers from an address on. */
class Registers {
  readonly words: number[] = [];

  constructor(readonly from: number) {}

  whole(value: number, words = 1): this {
    const bits = BigInt.asUintN(words * 16, BigInt(Math.round(value)));
    for (let i = words - 1; i >= 0; i--) this.words.push(Number((bits >> BigInt(i * 16)) & 0xffffn));
    return this;
  }

  text(text: string, words: number): this {
    const bytes = Buffer.alloc(words * 2);
    bytes.write(text.replace(/[^\x20-\x7e]/g, '?'), 'latin1');
    for (let i = 0; i < words; i++) this.words.push(bytes.readUInt16BE(i * 2));
    return this;
  }

  fill(word: number, count: number): this {
    for (let i = 0; i < count; i++) this.words.push(word);
    return this;
  }

  read(address: number, count: number): number[] | null {
    const at = address - this.from;
    return at < 0 || at + count > this.words.length ? null : this.words.slice(at, at + count);
  }
}

/** The smallest power of ten, of a tenth on, with which this much fits into an int16. */
function scaleFor(most: number): number {
  return Math.max(-1, Math.ceil(Math.log10(most / 0x7fff)));
}

/** SunSpec: common model and meter model 203, of the whole room at its supply. */
function incomer(room: MeteredRoom): Registers {
  const [ampere, watt] = [scaleFor(3 * phaseCurrent(room.ratedW)), scaleFor(apparent(room.ratedW))];
  const powerW = room.incomerW;
  const inSteps = (value: number, factor: number): number => value / 10 ** factor;
  const registers = new Registers(SUNSPEC_AT).text('SunS', 2).whole(1).whole(COMMON_WORDS);
  registers.text('Coldaisle', 16).text('Simulated meter', 16).text('', 8).text('1', 8).text(room.source.name, 16).whole(1).fill(NOT_INT, 1);
  registers.whole(METER).whole(METER_WORDS);
  const phases = (each: number, factor: number): void => void [1, 2, 3].forEach(() => registers.whole(inSteps(each, factor)));
  const total = (all: number, factor: number): void => {
    registers.whole(inSteps(all, factor));
    phases(all / 3, factor);
    registers.whole(factor);
  };
  total(3 * phaseCurrent(powerW), ampere);
  registers.whole(inSteps(PHASE_V, -1));
  phases(PHASE_V, -1);
  registers.whole(inSteps(PHASE_V * Math.sqrt(3), -1));
  phases(PHASE_V * Math.sqrt(3), -1);
  registers.whole(-1).whole(MAINS_HZ).whole(0);
  total(powerW, watt);
  total(apparent(powerW), watt);
  total(Math.sqrt(apparent(powerW) ** 2 - powerW ** 2), watt);
  total((100 * powerW) / apparent(powerW), 0);
  // Nothing is exported, and an accumulator that has counted nothing is one that is not there.
  registers.fill(NOT_ACC, 8).whole(room.incomerWh, 2);
  [1, 2, 3].forEach(() => registers.whole(room.incomerWh / 3, 2));
  registers.whole(0);
  // Apparent and reactive energy, each with its scale factor; then the events.
  registers.fill(NOT_ACC, 16).fill(NOT_INT, 1).fill(NOT_ACC, 32).fill(NOT_INT, 1).whole(0, 2);
  return registers.whole(END).whole(0);
}

const coolingPoints = [
  'power 0 uint32',
  'energy.import 2 uint64 unit=Wh',
  'heat 6 uint32',
  'flow 8 uint32 scale=0.001',
  'temperature.supply-air 10 int16 scale=0.1',
  'humidity.supply-air 11 uint16 scale=0.1',
  'temperature.return-air 12 int16 scale=0.1',
  'humidity.return-air 13 uint16 scale=0.1',
  'temperature.outdoor 14 int16 scale=0.1',
  'humidity.outdoor 15 uint16 scale=0.1',
  'temperature.water-supply 16 int16 scale=0.1',
  'temperature.water-return 17 int16 scale=0.1',
];

/** The plant's controller: a plain map of registers, as {@link coolingPoints} reads it. */
function cooling(room: MeteredRoom): Registers {
  const { facility } = room;
  const registers = new Registers(0).whole(room.coolingW, 2).whole(room.coolingWh, 4);
  registers.whole(facility.removedW, 2).whole(facility.waterFlow * 1_000, 2);
  for (const value of [
    facility.supplyTempC,
    facility.supplyHumidity,
    facility.returnTempC,
    facility.returnHumidity,
    facility.outdoorTempC,
    facility.outdoorHumidity,
    facility.waterSupplyC,
    facility.waterReturnC,
  ])
    registers.whole(value * 10);
  return registers;
}

/** A meter behind the UPS: what UPS-MIB tells is by line, and counts nothing. */
const upsOutput = (room: MeteredRoom): Registers => new Registers(0).whole(room.upsOutputW, 2).whole(room.upsOutputWh, 4);

/** As any controller of a chiller has them: power, whether it runs, whether something is wrong, how much of what it can. */
const chillerPoints = ['power 0 uint32', 'running 2 uint16', 'alarm 3 uint16', 'cooling-load 4 uint16 scale=0.1'];
const chiller =
  (i: number) =>
  ({ facility }: MeteredRoom): Registers => {
    const { powerW = 0, isRunning = false, isTripped = false, load = 0 } = facility.chillers.units[i] ?? {};
    return new Registers(0)
      .whole(powerW, 2)
      .whole(Number(isRunning))
      .whole(Number(isTripped))
      .whole(load * 1_000);
  };

/** The air handlers' controller, unit after unit. */
const CRAH_WORDS = 4;
const crahPoints = ({ plan }: SimulatedFacility): string[] =>
  Array.from({ length: plan.crahs }, (_, i) => {
    const [name, from] = [`crah-${i + 1}`, i * CRAH_WORDS];
    return [`power.${name} ${from} uint32`, `running.${name} ${from + 2} uint16`, `cooling-load.${name} ${from + 3} uint16 scale=0.1`];
  }).flat();
function crahs({ facility }: MeteredRoom): Registers {
  const registers = new Registers(0);
  for (let i = 0; i < facility.plan.crahs; i++)
    registers
      .whole(facility.crahW, 2)
      .whole(1)
      .whole(facility.crahLoad * 10);
  return registers;
}

/** Chillers have the units from here on. */
const FIRST_CHILLER = 11;

/** What is behind the gateway at a unit. */
function deviceAt(unit: number, { facility }: MeteredRoom): ((room: MeteredRoom) => Registers) | undefined {
  const i = unit - FIRST_CHILLER;
  return i >= 0 && i < facility.plan.chillers ? chiller(i) : [incomer, cooling, upsOutput, crahs][unit - 1];
}

function feedsAt(port: number, { facility }: MeteredRoom): ServedFeed[] {
  const at = { host: LOOPBACK, port };
  const ownMap = (name: string, unit: number, points: readonly string[]): ServedFeed => ({
    kind: 'modbus',
    name,
    settings: { ...at, meter: 'own', addresses: 'wire', unit, points: [...points] },
  });
  return [
    { kind: 'modbus', name: 'Room incomer', settings: { ...at, unit: 1, meter: 'sunspec' } },
    ownMap('Cooling plant', 2, coolingPoints),
    ownMap('UPS output', 3, ['power 0 uint32', 'energy.import 2 uint64 unit=Wh']),
    ownMap('Air handlers', 4, crahPoints(facility)),
    ...facility.chillers.units.map((_, i) => ownMap(`Chiller ${i + 1}`, FIRST_CHILLER + i, chillerPoints)),
  ];
}

/** Meters on Modbus TCP behind one gateway: holding and input registers are the same. */
export const openModbus: OpenPeer = async (room, port) => {
  const server = await LoopbackServer.listen(
    createServer((socket) => listen(socket, room)),
    port,
  );
  return { feeds: feedsAt(server.port, room), close: () => server.close() };
};

function listen(socket: Socket, room: MeteredRoom): void {
  let received = Buffer.alloc(0);
  socket.on('data', (part) => {
    received = Buffer.concat([received, part]);
    while (received.length >= HEADER) {
      const length = received.readUInt16BE(4);
      // Not Modbus, or out of step: there is no way to find the next frame.
      if (received.readUInt16BE(2) !== 0 || length < 2 || length > LENGTH_MAX) return void socket.destroy();
      if (received.length < 6 + length) return;
      const frame = received.subarray(0, 6 + length);
      received = received.subarray(6 + length);
      const answer = answerTo(frame.subarray(HEADER), frame.readUInt8(6), room);
      const header = Buffer.from(frame.subarray(0, HEADER));
      header.writeUInt16BE(answer.length + 1, 4);
      socket.write(Buffer.concat([header, answer]));
    }
  });
}

function answerTo(request: Buffer, unit: number, room: MeteredRoom): Buffer {
  const code = request.readUInt8(0);
  const refuse = (why: number): Buffer => Buffer.from([code | 0x80, why]);
  if (code !== 3 && code !== 4) return refuse(REFUSED.function);
  if (request.length !== 5) return refuse(REFUSED.value);
  const device = deviceAt(unit, room);
  if (device === undefined) return refuse(REFUSED.noDevice);
  const [address, count] = [request.readUInt16BE(1), request.readUInt16BE(3)];
  if (count < 1 || count > READ_MAX) return refuse(REFUSED.value);
  const words = device(room).read(address, count);
  if (words === null) return refuse(REFUSED.address);
  const answer = Buffer.alloc(2 + count * 2);
  answer.writeUInt8(code, 0);
  answer.writeUInt8(count * 2, 1);
  words.forEach((word, i) => answer.writeUInt16BE(word, 2 + i * 2));
  return answer;
}

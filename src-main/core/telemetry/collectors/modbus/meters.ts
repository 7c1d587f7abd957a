import { parsePoint, type Point } from './points';

/** A meter whose table of registers is known here. */
export interface MeterModel {
  readonly id: string;
  readonly name: string;
  /** The maker's table that the addresses are from. */
  readonly source: string;
  /** Addresses as they go over the wire. */
  readonly points: readonly string[];
}

/** The same value of each phase, so many registers apart. */
const phases = (name: string, first: number, step: number, rest: string, registers: 'holding' | 'input' = 'holding'): string[] =>
  ['L1', 'L2', 'L3'].map((phase, i) => `${name}.${phase} ${registers}:${first + i * step} ${rest}`);

const low = 'int32 words=low';

export const meterModels: readonly MeterModel[] = [
  {
    id: 'abb-ab',
    name: 'ABB A and B series (A43, B21, B23, B24)',
    source: 'ABB B23/B24 User Manual 2CMC485003M0201, Mapping tables',
    points: [
      'power 0x5B14 int32 scale=0.01 none=0x7FFFFFFF',
      ...phases('power', 0x5b16, 2, 'int32 scale=0.01 none=0x7FFFFFFF'),
      ...phases('voltage', 0x5b00, 2, 'uint32 scale=0.1'),
      ...phases('current', 0x5b0c, 2, 'uint32 scale=0.01'),
      'frequency 0x5B2C uint16 scale=0.01',
      'energy.import 0x5000 uint64 scale=0.01 unit=kWh',
      'energy.export 0x5004 uint64 scale=0.01 unit=kWh',
    ],
  },
  {
    id: 'bg-ds100',
    name: 'B+G e-tech DS100',
    source: 'B+G e-tech DS100 series, manual, Modbus registers',
    points: [
      'power 0x0420 int32',
      'power.apparent 0x0428 int32',
      'power.reactive 0x0430 int32',
      'frequency 0x0435 uint16 scale=0.1',
      'energy.import 0x010E uint32 scale=0.01 unit=kWh',
      'energy.export 0x118A uint32 scale=0.01 unit=kWh',
    ],
  },
  {
    id: 'be-mpm3pm',
    name: 'Bernecker MPM3PM',
    source: 'MPM3PM Modbus protocol',
    points: [
      'power 0x26 int32 scale=0.01',
      ...phases('power', 0x14, 2, 'int32 scale=0.01'),
      ...phases('voltage', 0x08, 2, 'uint32 scale=0.1'),
      ...phases('current', 0x0e, 2, 'uint32 scale=0.01'),
      'frequency 0x2C uint32 scale=0.01',
      'energy.import 0x02 uint32 scale=0.01 unit=kWh',
      'energy.export 0x04 uint32 scale=0.01 unit=kWh',
    ],
  },
  {
    id: 'carlo-gavazzi-em',
    name: 'Carlo Gavazzi EM24 Ethernet, EM330, EM340, ET330, ET340',
    source: 'Carlo Gavazzi EM330/EM340/ET330/ET340 Communication protocol; EM24 Ethernet Communication protocol',
    points: [
      `power input:0x28 ${low} scale=0.1`,
      ...phases('power', 0x12, 2, `${low} scale=0.1`, 'input'),
      ...phases('voltage', 0x00, 2, `${low} scale=0.1`, 'input'),
      ...phases('current', 0x0c, 2, `${low} scale=0.001`, 'input'),
      'frequency input:0x33 int16 scale=0.1',
      `energy.import input:0x34 ${low} scale=0.1 unit=kWh`,
      `energy.export input:0x4E ${low} scale=0.1 unit=kWh`,
    ],
  },
  {
    id: 'chint-dtsu666',
    name: 'Chint DTSU666',
    source: 'Chint DTSU666/DSSU666 User Manual, Modbus registers',
    points: [
      'power 0x2012 float32 scale=0.1',
      ...phases('power', 0x2014, 2, 'float32 scale=0.1'),
      ...phases('voltage', 0x2000, 2, 'float32 scale=0.1'),
      ...phases('current', 0x200c, 2, 'float32 scale=0.001'),
      'power.reactive 0x201A float32 scale=0.1',
      'frequency 0x2044 float32 scale=0.01',
      'energy.import 0x101E float32 unit=kWh',
      'energy.export 0x1028 float32 unit=kWh',
    ],
  },
  {
    id: 'eastron-sdm120',
    name: 'Eastron SDM120, SDM220, SDM230 (one phase)',
    source: 'Eastron SDM120/SDM230 Modbus Protocol, input registers',
    points: [
      'power input:0x0C float32',
      'power.apparent input:0x12 float32',
      'power.reactive input:0x18 float32',
      'power.factor input:0x1E float32',
      'voltage input:0x00 float32',
      'current input:0x06 float32',
      'frequency input:0x46 float32',
      'energy.import input:0x48 float32 unit=kWh',
      'energy.export input:0x4A float32 unit=kWh',
    ],
  },
  {
    id: 'eastron-sdm630',
    name: 'Eastron SDM630, SDM72D-M v2 (three phases)',
    source: 'Eastron SDM630 Modbus Protocol, input registers',
    points: [
      'power input:0x34 float32',
      'power.apparent input:0x38 float32',
      'power.reactive input:0x3C float32',
      'power.factor input:0x3E float32',
      ...phases('power', 0x0c, 2, 'float32', 'input'),
      ...phases('voltage', 0x00, 2, 'float32', 'input'),
      ...phases('current', 0x06, 2, 'float32', 'input'),
      'frequency input:0x46 float32',
      'energy.import input:0x48 float32 unit=kWh',
      'energy.export input:0x4A float32 unit=kWh',
    ],
  },
  {
    id: 'finder-7m38',
    name: 'Finder 7M.38',
    source: 'Finder 7M.24/7M.38 Modbus v2, input registers',
    points: [
      'power input:2536 float32',
      'power.apparent input:2552 float32',
      'power.reactive input:2544 float32',
      ...phases('power', 2530, 2, 'float32', 'input'),
      ...phases('voltage', 2500, 2, 'float32', 'input'),
      ...phases('current', 2516, 2, 'float32', 'input'),
      'frequency input:2584 float32',
    ],
  },
  {
    id: 'inepro-pro380',
    name: 'Inepro PRO1, PRO380',
    source: 'Inepro PRO380 user manual V2.18, Modbus register map',
    points: [
      'power 0x5012 float32 unit=kW',
      'power.apparent 0x5022 float32 unit=kVA',
      'power.reactive 0x501A float32 unit=kvar',
      'power.factor 0x502A float32',
      ...phases('power', 0x5014, 2, 'float32 unit=kW'),
      ...phases('voltage', 0x5002, 2, 'float32'),
      ...phases('current', 0x500c, 2, 'float32'),
      'frequency 0x5008 float32',
      'energy.import 0x600C float32 unit=kWh',
      'energy.export 0x6018 float32 unit=kWh',
    ],
  },
  {
    id: 'janitza-umg',
    name: 'Janitza UMG 96, 509, 512, 604, 605, 801, 806',
    source: 'Janitza UMG 604 Modbus address list, values from 19000',
    points: [
      'power 19026 float32',
      'power.apparent 19034 float32',
      'power.reactive 19042 float32',
      ...phases('power', 19020, 2, 'float32'),
      ...phases('voltage', 19000, 2, 'float32'),
      ...phases('current', 19012, 2, 'float32'),
      'frequency 19050 float32',
      'energy.import 19068 float32 unit=Wh',
      'energy.export 19076 float32 unit=Wh',
    ],
  },
  {
    id: 'lovato-dmg',
    name: 'Lovato DMG610, DMG800',
    source: 'Lovato DMG series, Modbus protocol manual',
    points: [
      'power input:0x39 int32 scale=0.01',
      'power.apparent input:0x3D uint32 scale=0.01',
      'power.reactive input:0x3B int32 scale=0.01',
      ...phases('power', 0x13, 2, 'int32 scale=0.01', 'input'),
      ...phases('voltage', 0x01, 2, 'uint32 scale=0.01', 'input'),
      ...phases('current', 0x07, 2, 'uint32 scale=0.0001', 'input'),
      'energy.import input:0x1B1F uint64 scale=0.01 unit=kWh',
      'energy.export input:0x1B23 uint64 scale=0.01 unit=kWh',
    ],
  },
  {
    id: 'orno-we516',
    name: 'ORNO OR-WE-516, OR-WE-517',
    source: 'ORNO OR-WE-516/517 register description',
    points: [
      'power 0x1C float32 unit=kW',
      'power.apparent 0x2C float32 unit=kVA',
      'power.reactive 0x24 float32 unit=kvar',
      ...phases('power', 0x1e, 2, 'float32 unit=kW'),
      ...phases('voltage', 0x0e, 2, 'float32'),
      ...phases('current', 0x16, 2, 'float32'),
      'frequency 0x14 float32',
      'energy.import 0x108 float32 unit=kWh',
      'energy.export 0x110 float32 unit=kWh',
    ],
  },
  {
    id: 'saia-ale3',
    name: 'Saia Burgess ALE3, AWD3',
    source: 'Saia PCD ALE3 Modbus data sheet, registers counted from 1',
    points: [
      'power 50 int16 scale=0.01 unit=kW',
      'power.reactive 51 int16 scale=0.01 unit=kvar',
      ...phases('power', 37, 5, 'int16 scale=0.01 unit=kW'),
      ...phases('voltage', 35, 5, 'uint16'),
      ...phases('current', 36, 5, 'uint16 scale=0.1'),
      'energy.import 27 uint32 scale=0.01 unit=kWh',
      'energy.export 31 uint32 scale=0.01 unit=kWh',
    ],
  },
  {
    id: 'schneider',
    name: 'Schneider iEM3155, iEM3255, iEM3355, PM2000, PM5000, PM8000',
    source: 'Schneider iEM3000 Series user manual DOCA0005 and PowerLogic PM5000 register list, registers counted from 1',
    points: [
      'power 3059 float32 unit=kW',
      'power.reactive 3067 float32 unit=kvar',
      'power.apparent 3075 float32 unit=kVA',
      ...phases('power', 3053, 2, 'float32 unit=kW'),
      ...phases('voltage', 3027, 2, 'float32'),
      ...phases('current', 2999, 2, 'float32'),
      'frequency 3109 float32',
      'energy.import 3203 int64 unit=Wh',
      'energy.export 3207 int64 unit=Wh',
    ],
  },
  {
    id: 'siemens-pac',
    name: 'Siemens SENTRON PAC2200, PAC3200, PAC3220, PAC4200',
    source: 'Siemens SENTRON PAC3200 manual A5E01168664, measured variables',
    points: [
      'power input:65 float32',
      'power.apparent input:63 float32',
      'power.reactive input:67 float32',
      'power.factor input:69 float32',
      ...phases('power', 25, 2, 'float32', 'input'),
      ...phases('voltage', 1, 2, 'float32', 'input'),
      ...phases('current', 13, 2, 'float32', 'input'),
      'frequency input:55 float32',
      'energy.import input:801 float64 unit=Wh',
      'energy.export input:809 float64 unit=Wh',
    ],
  },
  {
    id: 'socomec-countis',
    name: 'Socomec Countis E3x, E4x',
    source: 'Socomec Countis communication tables, JBUS common table 1.01',
    points: [
      'power 0xC568 int32 scale=10',
      'power.reactive 0xC56A int32 scale=10',
      'power.apparent 0xC56C uint32 scale=10',
      ...phases('power', 0xc570, 2, 'int32 scale=10'),
      ...phases('voltage', 0xc558, 2, 'uint32 scale=0.01'),
      ...phases('current', 0xc560, 2, 'uint32 unit=mA'),
      'frequency 0xC55E uint32 scale=0.01',
      'energy.import 0xC652 uint32 unit=kWh',
      'energy.export 0xC658 uint32 unit=kWh',
    ],
  },
];

/** @returns null = no meter is known by this id */
export function pointsOfModel(id: string): Point[] | null {
  const model = meterModels.find((one) => one.id === id);
  return model === undefined ? null : model.points.map((text) => parsePoint(text, 'wire'));
}

import { parseSnmpPoint, type SnmpPoint } from './points';

/** Devices whose tables are known here. */
export interface SnmpModel {
  readonly id: string;
  readonly name: string;
  /** The maker's MIB that the numbers are from. */
  readonly source: string;
  /** What its sysObjectID begins with; empty = any maker's. */
  readonly maker: string;
  /** The first one tells whether a device is of this kind. */
  readonly points: readonly string[];
}

const APC = '1.3.6.1.4.1.318';
const RPDU2 = `${APC}.1.1.26`;
const RARITAN = '1.3.6.1.4.1.13742';
const EATON = '1.3.6.1.4.1.534';
const EPDU = `${EATON}.6.6.7`;
const CYBERPOWER = '1.3.6.1.4.1.3808';
const GEIST = '1.3.6.1.4.1.21239';
const UPS_MIB = '1.3.6.1.2.1.33.1';

/** Value and digits of Raritan's sensors: one table each of inlets, their poles and outlets, the last number being the kind. */
const px2 = (quantity: string, part: string, value: string, digits: string, index: string, rest = ''): string =>
  `${quantity}${part === '' ? '' : `.${part}`} ${RARITAN}.6.5.${value}.${index} digits=${RARITAN}.6.3.${digits}.${index}${rest}`;
const px2Inlet = (quantity: string, kind: number, rest = ''): string =>
  px2(quantity, 'inlet-*', '2.3.1.4', '3.4.1.7', `1.*.${kind}`, `${rest} alone`);
const px2Pole = (quantity: string, kind: number): string => px2(quantity, 'L*', '2.4.1.4', '3.6.1.7', `1.1.*.${kind}`);
const px2Outlet = (quantity: string, kind: number, rest = ''): string =>
  px2(quantity, 'outlet-*', '4.3.1.4', '5.4.1.7', `1.*.${kind}`, rest);

export const snmpModels: readonly SnmpModel[] = [
  {
    id: 'apc-rpdu2',
    name: 'APC rack PDU, second generation (AP8xxx)',
    source: 'Schneider Electric PowerNet-MIB, rPDU2',
    maker: APC,
    points: [
      `power.unit-* ${RPDU2}.4.3.1.5.* scale=10 none=-1 alone`,
      `power.apparent.unit-* ${RPDU2}.4.3.1.16.* scale=10 none=-1 alone`,
      `power.factor.unit-* ${RPDU2}.4.3.1.17.* scale=0.01 none=-1 alone`,
      `energy.import.unit-* ${RPDU2}.4.3.1.9.* scale=0.1 unit=kWh none=-1 alone`,
      `current.L* ${RPDU2}.6.3.1.5.* scale=0.1 none=-1`,
      `voltage.L* ${RPDU2}.6.3.1.6.* none=-1`,
      `power.L* ${RPDU2}.6.3.1.7.* scale=10 none=-1`,
      `current.outlet-* ${RPDU2}.9.4.3.1.6.* scale=0.1 none=-1`,
      `power.outlet-* ${RPDU2}.9.4.3.1.7.* none=-1`,
      `energy.import.outlet-* ${RPDU2}.9.4.3.1.11.* scale=0.1 unit=kWh none=-1`,
      `temperature.sensor-* ${RPDU2}.10.2.2.1.8.* scale=0.1 none=-1`,
      `humidity.sensor-* ${RPDU2}.10.2.2.1.10.* none=-1`,
    ],
  },
  {
    id: 'apc-rpdu',
    name: 'APC rack PDU, first generation (AP7xxx)',
    source: 'Schneider Electric PowerNet-MIB, rPDU',
    maker: APC,
    points: [
      `current.L* ${APC}.1.1.12.2.3.1.1.2.* scale=0.1 none=-1`,
      `power ${APC}.1.1.12.1.16.0 none=-1`,
      `power.factor ${APC}.1.1.12.1.17.0 scale=0.001 none=-1`,
      `power.apparent ${APC}.1.1.12.1.18.0 none=-1`,
    ],
  },
  {
    id: 'apc-modular-pdu',
    name: 'APC modular PDU (InfraStruXure)',
    source: 'Schneider Electric PowerNet-MIB, isxModularPdu',
    maker: APC,
    points: [`power.module-* ${APC}.1.1.22.2.6.1.20.*.* scale=100 none=-1`],
  },
  {
    id: 'apc-ups',
    name: 'APC UPS (Smart-UPS, Symmetra)',
    source: 'Schneider Electric PowerNet-MIB, ups',
    maker: APC,
    points: [
      `battery.charge ${APC}.1.1.1.2.2.1.0 none=-1`,
      `battery.runtime ${APC}.1.1.1.2.2.3.0 scale=0.01`,
      `battery.voltage ${APC}.1.1.1.2.2.8.0 none=-1`,
      `on-battery ${APC}.1.1.1.4.1.1.0 yes=3 none=1`,
      `load ${APC}.1.1.1.4.2.3.0 none=-1`,
      `power.output ${APC}.1.1.1.4.2.8.0 none=-1`,
      `power.apparent.output ${APC}.1.1.1.4.2.9.0 none=-1`,
      `energy.import.output ${APC}.1.1.1.4.3.6.0 scale=0.01 unit=kWh none=-1`,
      `voltage.input ${APC}.1.1.1.3.2.1.0 none=-1`,
      `voltage.output ${APC}.1.1.1.4.2.1.0 none=-1`,
      `current.output ${APC}.1.1.1.4.2.4.0 none=-1`,
      `frequency.output ${APC}.1.1.1.4.2.2.0 none=-1`,
    ],
  },
  {
    id: 'raritan-px2',
    name: 'Raritan PX2, PX3',
    source: 'Raritan PDU2-MIB',
    maker: `${RARITAN}.6`,
    points: [
      px2Inlet('power', 5),
      px2Inlet('power.apparent', 6),
      px2Inlet('power.factor', 7),
      px2Inlet('energy.import', 8, ' unit=Wh'),
      px2Inlet('voltage', 4),
      px2Inlet('current', 1),
      px2Inlet('frequency', 23),
      px2Pole('current', 1),
      px2Pole('voltage', 4),
      px2Pole('power', 5),
      px2Outlet('power', 5),
      px2Outlet('current', 1),
      px2Outlet('energy.import', 8, ' unit=Wh'),
    ],
  },
  {
    id: 'raritan-px1',
    name: 'Raritan Dominion PX (DPX)',
    source: 'Raritan PDU-MIB',
    maker: `${RARITAN}.4`,
    points: [
      `power ${RARITAN}.4.1.3.1.3.0`,
      `power.apparent ${RARITAN}.4.1.3.1.4.0`,
      `current ${RARITAN}.4.1.3.1.1.0 scale=0.001`,
      `voltage ${RARITAN}.4.1.3.1.2.0 scale=0.001`,
      `current.outlet-* ${RARITAN}.4.1.2.2.1.4.* scale=0.001`,
      `power.outlet-* ${RARITAN}.4.1.2.2.1.7.*`,
    ],
  },
  {
    id: 'eaton-epdu',
    name: 'Eaton ePDU G3',
    source: 'EATON-EPDU-MIB',
    maker: `${EATON}.6.6.7`,
    points: [
      `power.unit-* ${EPDU}.3.5.1.4.*.* none=-1 alone`,
      `power.apparent.unit-* ${EPDU}.3.5.1.3.*.* none=-1 alone`,
      `energy.import.unit-* ${EPDU}.3.5.1.5.*.* unit=Wh none=-1 alone`,
      `power.factor.unit-* ${EPDU}.3.5.1.7.*.* scale=0.001 none=-1 alone`,
      `frequency.unit-* ${EPDU}.3.1.1.3.*.* scale=0.1 none=-1 alone`,
      `voltage.L* ${EPDU}.3.2.1.3.0.1.* scale=0.001 none=-1`,
      `current.L* ${EPDU}.3.3.1.4.0.1.* scale=0.001 none=-1`,
      `current.outlet-* ${EPDU}.6.4.1.3.*.* scale=0.001 none=-1`,
      `power.outlet-* ${EPDU}.6.5.1.3.*.* none=-1`,
      `energy.import.outlet-* ${EPDU}.6.5.1.4.*.* unit=Wh none=-1`,
      `temperature.sensor-* ${EPDU}.7.1.1.4.*.* scale=0.1 none=-1`,
      `humidity.sensor-* ${EPDU}.7.2.1.4.*.* scale=0.1 none=-1`,
    ],
  },
  {
    id: 'eaton-xups',
    name: 'Eaton UPS (XUPS)',
    source: 'XUPS-MIB',
    maker: `${EATON}.1`,
    points: [
      `battery.charge ${EATON}.1.2.4.0`,
      `battery.runtime ${EATON}.1.2.1.0`,
      `battery.voltage ${EATON}.1.2.2.0`,
      `on-battery ${EATON}.1.4.5.0 yes=5 none=1`,
      `load ${EATON}.1.4.1.0`,
      `frequency.input ${EATON}.1.3.1.0 scale=0.1`,
      `frequency.output ${EATON}.1.4.2.0 scale=0.1`,
      `voltage.input-L* ${EATON}.1.3.4.1.2.*`,
      `current.input-L* ${EATON}.1.3.4.1.3.*`,
      `power.input-L* ${EATON}.1.3.4.1.4.*`,
      `voltage.output-L* ${EATON}.1.4.4.1.2.*`,
      `current.output-L* ${EATON}.1.4.4.1.3.*`,
      `power.output-L* ${EATON}.1.4.4.1.4.*`,
    ],
  },
  {
    id: 'cyberpower-epdu2',
    name: 'CyberPower ePDU, second generation',
    source: 'CPS-MIB, ePDU2',
    maker: CYBERPOWER,
    points: [
      // In W, where the tables that look the same at other makers have tens of them.
      `power.L* ${CYBERPOWER}.1.1.6.4.4.1.7.*`,
      `current.L* ${CYBERPOWER}.1.1.6.4.4.1.5.* scale=0.1`,
      `voltage.L* ${CYBERPOWER}.1.1.6.4.4.1.6.* scale=0.1`,
      `power.apparent.L* ${CYBERPOWER}.1.1.6.4.4.1.8.*`,
      `power.factor.L* ${CYBERPOWER}.1.1.6.4.4.1.9.* scale=0.01`,
    ],
  },
  {
    id: 'cyberpower-epdu',
    name: 'CyberPower ePDU, first generation',
    source: 'CPS-MIB, ePDU',
    maker: CYBERPOWER,
    points: [
      `current.bank-* ${CYBERPOWER}.1.1.3.2.3.1.1.2.* scale=0.1 alone`,
      `voltage.bank-* ${CYBERPOWER}.1.1.3.2.3.1.1.6.* scale=0.1 alone`,
      `power.bank-* ${CYBERPOWER}.1.1.3.2.3.1.1.7.* alone`,
      `power.apparent.bank-* ${CYBERPOWER}.1.1.3.2.3.1.1.8.* alone`,
      `power.factor.bank-* ${CYBERPOWER}.1.1.3.2.3.1.1.9.* scale=0.01 alone`,
      `energy.import.bank-* ${CYBERPOWER}.1.1.3.2.3.1.1.10.* scale=0.1 unit=kWh alone`,
    ],
  },
  {
    id: 'cyberpower-ups',
    name: 'CyberPower UPS',
    source: 'CPS-MIB, ups',
    maker: CYBERPOWER,
    points: [
      `battery.charge ${CYBERPOWER}.1.1.1.2.2.1.0`,
      `battery.runtime ${CYBERPOWER}.1.1.1.2.2.4.0 scale=0.01`,
      `battery.voltage ${CYBERPOWER}.1.1.1.2.2.2.0 scale=0.1`,
      `on-battery ${CYBERPOWER}.1.1.1.4.1.1.0 yes=3 none=1`,
      `load ${CYBERPOWER}.1.1.1.4.2.3.0`,
      `power.output ${CYBERPOWER}.1.1.1.4.2.5.0`,
      `voltage.input ${CYBERPOWER}.1.1.1.3.2.1.0 scale=0.1`,
      `voltage.output ${CYBERPOWER}.1.1.1.4.2.1.0 scale=0.1`,
      `current.output ${CYBERPOWER}.1.1.1.4.2.4.0 scale=0.1`,
    ],
  },
  {
    id: 'vertiv-geist',
    name: 'Vertiv and Geist rack PDU (IMD)',
    source: 'VERTIV-V5-MIB, GEIST-V4-MIB',
    maker: GEIST,
    points: [
      `power.unit-* ${GEIST}.5.2.3.1.1.9.* alone`,
      `power.apparent.unit-* ${GEIST}.5.2.3.1.1.10.* alone`,
      `power.factor.unit-* ${GEIST}.5.2.3.1.1.11.* unit=% alone`,
      `energy.import.unit-* ${GEIST}.5.2.3.1.1.12.* unit=Wh alone`,
      `voltage.L* ${GEIST}.5.2.3.2.1.4.* scale=0.1`,
      `current.L* ${GEIST}.5.2.3.2.1.8.* scale=0.01`,
      `power.L* ${GEIST}.5.2.3.2.1.12.*`,
      `power.outlet-* ${GEIST}.5.2.3.6.1.12.*`,
    ],
  },
  {
    id: 'ups-mib',
    name: 'UPS-MIB (any maker)',
    source: 'RFC 1628',
    maker: '',
    points: [
      // Some agents do not tell how many lines there are: the table is walked instead.
      `on-battery ${UPS_MIB}.4.1.0 yes=5 none=1`,
      `battery.charge ${UPS_MIB}.2.4.0`,
      `battery.runtime ${UPS_MIB}.2.3.0 unit=min`,
      `battery.voltage ${UPS_MIB}.2.5.0 scale=0.1`,
      `frequency.input-L* ${UPS_MIB}.3.3.1.2.* scale=0.1`,
      `voltage.input-L* ${UPS_MIB}.3.3.1.3.*`,
      `current.input-L* ${UPS_MIB}.3.3.1.4.* scale=0.1`,
      `power.input-L* ${UPS_MIB}.3.3.1.5.*`,
      `frequency.output ${UPS_MIB}.4.2.0 scale=0.1`,
      `voltage.output-L* ${UPS_MIB}.4.4.1.2.*`,
      `current.output-L* ${UPS_MIB}.4.4.1.3.* scale=0.1`,
      `power.output-L* ${UPS_MIB}.4.4.1.4.*`,
      `load.output-L* ${UPS_MIB}.4.4.1.5.*`,
    ],
  },
];

export const pointsOfModel = ({ points }: SnmpModel): SnmpPoint[] => points.map(parseSnmpPoint);

/** Those that a device may be by what it calls itself, the likeliest first: its maker's, then what any maker's may be. */
export function modelsFor(sysObjectId: string): SnmpModel[] {
  const isOf = ({ maker }: SnmpModel): boolean => maker !== '' && (sysObjectId === maker || sysObjectId.startsWith(`${maker}.`));
  const own = snmpModels.filter(isOf).sort((a, b) => b.maker.length - a.maker.length);
  return [...own, ...snmpModels.filter(({ maker }) => maker === '')];
}

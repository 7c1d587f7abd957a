import { parseSnmpPoint, type SnmpPoint } from './points';

/**
 * Devices whose tables are known here, from the text of the MIB named with each, where nothing else is said beside it; a trial shows
 * the raw value of each point. Objects are called by their names in the MIB where a table has them, so that they can be looked up.
 */
export interface SnmpModel {
  readonly id: string;
  readonly name: string;
  /** The maker's MIB that the numbers are from. */
  readonly source: string;
  /** What its sysObjectID begins with; empty = any maker's. */
  readonly maker: string;
  /** Of two that tell the same, the first that has a value is taken: the finer one comes first. */
  readonly points: readonly string[];
}

const APC = '1.3.6.1.4.1.318';
const RPDU2 = `${APC}.1.1.26`;
const RPDU_LOAD = `${APC}.1.1.12.2.3.1.1`;
const ISX_OUTPUT = `${APC}.1.1.22.2.6.1`;
const APC_UPS = `${APC}.1.1.1`;
const RARITAN = '1.3.6.1.4.1.13742';
const PX1 = `${RARITAN}.4.1`;
const EATON = '1.3.6.1.4.1.534';
const XUPS = `${EATON}.1`;
const EPDU = `${EATON}.6.6.7`;
const EPDU_INPUT = `${EPDU}.3`;
/** temperatureScale of each unit: celsius(0), fahrenheit(1). */
const EPDU_SCALE = `${EPDU}.1.2.1.9.*:1`;
const CYBERPOWER = '1.3.6.1.4.1.3808';
/** ePDU2DeviceStatusTable, ePDU2PhaseStatusTable, ePDU2OutletMeteredStatusTable. */
const [CPS_DEVICE, CPS_PHASE, CPS_OUTLET] = ['3.4.1', '4.4.1', '6.2.4.1'].map((table) => `${CYBERPOWER}.1.1.6.${table}`);
const CPS_UPS = `${CYBERPOWER}.1.1.1`;
const CPS_LOAD = `${CYBERPOWER}.1.1.3.2.3.1.1`;
const GEIST = '1.3.6.1.4.1.21239';
const GEIST_PDU = `${GEIST}.5.2.3`;
const UPS_MIB = '1.3.6.1.2.1.33.1';

/** Value and digits of Raritan's sensors: one table each of inlets, their poles and outlets, the last number being the kind. */
const px2 = (quantity: string, part: string, value: string, digits: string, index: string, rest = ''): string =>
  `${quantity}${part === '' ? '' : `.${part}`} ${RARITAN}.6.5.${value}.${index} digits=${RARITAN}.6.3.${digits}.${index}${rest}`;
const px2Inlet = (quantity: string, kind: number, rest = ''): string =>
  px2(quantity, 'inlet-*', '2.3.1.4', '3.4.1.7', `1.*.${kind}`, `${rest} alone`);
const px2Pole = (quantity: string, kind: number): string => px2(quantity, 'L*', '2.4.1.4', '3.6.1.7', `1.1.*.${kind}`);
const px2Outlet = (quantity: string, kind: number, rest = ''): string =>
  px2(quantity, 'outlet-*', '4.3.1.4', '5.4.1.7', `1.*.${kind}`, rest);

/** What CyberPower's first generation tells of a phase, and in the same columns of a bank. */
const cpsLoad = (part: string, rows: string): string[] =>
  [
    `current.${part} ${CPS_LOAD}.2.* scale=0.1`,
    `voltage.${part} ${CPS_LOAD}.6.* scale=0.1`,
    `power.${part} ${CPS_LOAD}.7.*`,
    `power.apparent.${part} ${CPS_LOAD}.8.*`,
    `power.factor.${part} ${CPS_LOAD}.9.* scale=0.01`,
    `energy.import.${part} ${CPS_LOAD}.10.* scale=0.1 unit=kWh`,
  ].map((point) => point + rows);

export const snmpModels: readonly SnmpModel[] = [
  {
    id: 'apc-rpdu2',
    name: 'APC rack PDU, second generation (AP8xxx)',
    source: 'Schneider Electric PowerNet-MIB 4.2.6, rPDU2',
    maker: APC,
    points: [
      // rPDU2DeviceStatusTable: Power and ApparentPower in hundredths of kW and kVA, PowerFactor, Energy. Not told = -1.
      `power.unit-* ${RPDU2}.4.3.1.5.* scale=10 none=-1 alone`,
      `power.apparent.unit-* ${RPDU2}.4.3.1.16.* scale=10 none=-1 alone`,
      `power.factor.unit-* ${RPDU2}.4.3.1.17.* scale=0.01 none=-1 alone`,
      `energy.import.unit-* ${RPDU2}.4.3.1.9.* scale=0.1 unit=kWh none=-1 alone`,
      // rPDU2PhaseStatusTable: Current, Voltage in V, Power, ApparentPower, PowerFactor. Not told = -1, but for the current.
      `current.L* ${RPDU2}.6.3.1.5.* scale=0.1 none=-1`,
      `voltage.L* ${RPDU2}.6.3.1.6.* none=-1`,
      `power.L* ${RPDU2}.6.3.1.7.* scale=10 none=-1`,
      `power.apparent.L* ${RPDU2}.6.3.1.8.* scale=10 none=-1`,
      `power.factor.L* ${RPDU2}.6.3.1.9.* scale=0.01 none=-1`,
      // rPDU2OutletMeteredStatusTable: Current, Power, Energy.
      `current.outlet-* ${RPDU2}.9.4.3.1.6.* scale=0.1 none=-1`,
      // The MIB names no unit here; other programs that read it take it for W, where the units and phases have tens of them.
      `power.outlet-* ${RPDU2}.9.4.3.1.7.* none=-1`,
      `energy.import.outlet-* ${RPDU2}.9.4.3.1.11.* scale=0.1 unit=kWh none=-1`,
      // rPDU2SensorTempHumidityStatusTable: TempC and RelativeHumidity, while CommStatus is commsOK(2) and Type temperatureHumidity(2).
      // -0.1 °C is a temperature.
      `temperature.sensor-* ${RPDU2}.10.2.2.1.8.* scale=0.1 where=${RPDU2}.10.2.2.1.6.*:2`,
      `humidity.sensor-* ${RPDU2}.10.2.2.1.10.* none=negative where=${RPDU2}.10.2.2.1.5.*:2`,
    ],
  },
  {
    id: 'apc-rpdu',
    name: 'APC rack PDU, first generation (AP7xxx)',
    source: 'Schneider Electric PowerNet-MIB, rPDU',
    maker: APC,
    points: [
      // One table of the phases and then of the banks: the index alone would make a bank the next phase.
      `current.L* ${RPDU_LOAD}.2.* scale=0.1 by=${RPDU_LOAD}.4.* without=${RPDU_LOAD}.5.*`,
      `current.bank-* ${RPDU_LOAD}.2.* scale=0.1 by=${RPDU_LOAD}.5.*`,
      // Of the measured current and a voltage and power factor that are set there: those are no measurements, and are not read.
      `power ${APC}.1.1.12.1.16.0 none=-1`,
      `power.apparent ${APC}.1.1.12.1.18.0 none=-1`,
    ],
  },
  {
    id: 'apc-modular-pdu',
    name: 'APC modular PDU (InfraStruXure)',
    source: 'Schneider Electric PowerNet-MIB 4.2.6, isxModularDist',
    maker: APC,
    // isxModularDistModuleOutputTable, by module and distribution cable: TotalPower in tenths of kW, KwhUsage. A cable that is
    // notPresent(4) or unknown(6) in OutputStatus tells nothing.
    points: [
      `power.module-* ${ISX_OUTPUT}.20.*.* scale=100 none=-1 where=${ISX_OUTPUT}.6.*.*:1,2,3`,
      `energy.import.module-* ${ISX_OUTPUT}.21.*.* scale=0.1 unit=kWh none=-1 where=${ISX_OUTPUT}.6.*.*:1,2,3`,
    ],
  },
  {
    id: 'apc-ups',
    name: 'APC UPS (Smart-UPS, Symmetra)',
    source: 'Schneider Electric PowerNet-MIB, upsAdv and upsHighPrec',
    maker: APC,
    points: [
      // The MIB knows no "no value" here: -1 is told by some models all the same, and Network UPS Tools passes it over too.
      `battery.charge ${APC_UPS}.2.3.1.0 scale=0.1 none=-1`,
      `battery.charge ${APC_UPS}.2.2.1.0 none=-1`,
      `battery.runtime ${APC_UPS}.2.2.3.0 scale=0.01`,
      `battery.voltage ${APC_UPS}.2.3.4.0 scale=0.1 none=-1`,
      `battery.voltage ${APC_UPS}.2.2.8.0 none=-1`,
      `on-battery ${APC_UPS}.4.1.1.0 yes=3 none=1`,
      `load ${APC_UPS}.4.3.3.0 scale=0.1 none=-1`,
      `load ${APC_UPS}.4.2.3.0 none=-1`,
      `power.output ${APC_UPS}.4.2.8.0 none=-1`,
      `power.apparent.output ${APC_UPS}.4.2.9.0 none=-1`,
      `energy.import.output ${APC_UPS}.4.3.6.0 scale=0.01 unit=kWh none=-1`,
      `energy.import.output ${APC_UPS}.4.2.12.0 unit=kWh none=-1`,
      `voltage.input ${APC_UPS}.3.3.1.0 scale=0.1 none=-1`,
      `voltage.input ${APC_UPS}.3.2.1.0 none=-1`,
      `frequency.input ${APC_UPS}.3.3.4.0 scale=0.1 none=-1`,
      `frequency.input ${APC_UPS}.3.2.4.0 none=-1`,
      `voltage.output ${APC_UPS}.4.3.1.0 scale=0.1 none=-1`,
      `voltage.output ${APC_UPS}.4.2.1.0 none=-1`,
      `current.output ${APC_UPS}.4.3.4.0 scale=0.1 none=-1`,
      `current.output ${APC_UPS}.4.2.4.0 none=-1`,
      `frequency.output ${APC_UPS}.4.3.2.0 scale=0.1 none=-1`,
      `frequency.output ${APC_UPS}.4.2.2.0 none=-1`,
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
    source: 'Raritan PDU-MIB, unitReadings, inletPole and outlets',
    maker: `${RARITAN}.4`,
    points: [
      `power ${PX1}.3.1.3.0`,
      `power.apparent ${PX1}.3.1.4.0`,
      // What is called the unit's is the first phase's, also where there are three.
      `current.L1 ${PX1}.3.1.1.0 scale=0.001`,
      `current.L2 ${PX1}.21.2.1.3.1.2 scale=0.001`,
      `current.L3 ${PX1}.21.2.1.3.1.3 scale=0.001`,
      `voltage.L1 ${PX1}.3.1.2.0 scale=0.001`,
      `voltage.L2 ${PX1}.21.2.1.4.1.2 scale=0.001`,
      `voltage.L3 ${PX1}.21.2.1.4.1.3 scale=0.001`,
      `current.outlet-* ${PX1}.2.2.1.4.* scale=0.001`,
      `power.outlet-* ${PX1}.2.2.1.7.*`,
    ],
  },
  {
    id: 'eaton-epdu',
    name: 'Eaton ePDU G3',
    source: 'EATON-EPDU-MIB',
    maker: `${EATON}.6.6.7`,
    points: [
      // inputTotalPowerTable: Watts, VA, Wh, PowerFactor in thousandths; inputTable: Frequency. Below 0 = not available.
      `power.unit-* ${EPDU_INPUT}.5.1.4.*.* none=negative alone`,
      `power.apparent.unit-* ${EPDU_INPUT}.5.1.3.*.* none=negative alone`,
      `energy.import.unit-* ${EPDU_INPUT}.5.1.5.*.* unit=Wh alone`,
      `power.factor.unit-* ${EPDU_INPUT}.5.1.7.*.* scale=0.001 none=negative alone`,
      `frequency.unit-* ${EPDU_INPUT}.1.1.3.*.* scale=0.1 none=negative alone`,
      // Of the first unit's first input, in mV, mA, W and Wh. inputVoltageMeasType: singlePhase(1), phase1toN(2) to phase3toN(4); what
      // lies between two phases is no phase's voltage. inputCurrentMeasType: singlePhase(1), neutral(2), phase1(3) to phase3(5).
      // inputPowerMeasType: phase1(1) to phase3(3), total(4).
      `voltage.L* ${EPDU_INPUT}.2.1.3.0.1.* scale=0.001 none=negative by=${EPDU_INPUT}.2.1.2.0.1.* as=1:1,2:1,3:2,4:3`,
      `current.L* ${EPDU_INPUT}.3.1.4.0.1.* scale=0.001 none=negative by=${EPDU_INPUT}.3.1.2.0.1.* as=1:1,3:1,4:2,5:3`,
      `power.L* ${EPDU_INPUT}.4.1.4.0.1.* none=negative by=${EPDU_INPUT}.4.1.2.0.1.* as=1:1,2:2,3:3`,
      // outletCurrent in mA, outletWatts, outletWh.
      `current.outlet-* ${EPDU}.6.4.1.3.*.* scale=0.001 none=negative`,
      `power.outlet-* ${EPDU}.6.5.1.3.*.* none=negative`,
      `energy.import.outlet-* ${EPDU}.6.5.1.4.*.* unit=Wh`,
      // temperatureValue and humidityValue in tenths, while the probe is connected(1).
      `temperature.sensor-* ${EPDU}.7.1.1.4.*.* scale=0.1 where=${EPDU}.7.1.1.3.*.*:1 fahrenheit=${EPDU_SCALE}`,
      `humidity.sensor-* ${EPDU}.7.2.1.4.*.* scale=0.1 where=${EPDU}.7.2.1.3.*.*:1`,
    ],
  },
  {
    id: 'eaton-xups',
    name: 'Eaton UPS (XUPS)',
    source: 'Eaton XUPS-MIB',
    maker: XUPS,
    points: [
      `battery.charge ${XUPS}.2.4.0`,
      `battery.runtime ${XUPS}.2.1.0`,
      `battery.voltage ${XUPS}.2.2.0`,
      `on-battery ${XUPS}.4.5.0 yes=5 none=1`,
      `load ${XUPS}.4.1.0`,
      `frequency.input ${XUPS}.3.1.0 scale=0.1`,
      `frequency.output ${XUPS}.4.2.0 scale=0.1`,
      `voltage.input-L* ${XUPS}.3.4.1.2.*`,
      `current.input-L* ${XUPS}.3.4.1.7.* scale=0.1`,
      `current.input-L* ${XUPS}.3.4.1.3.*`,
      `power.input-L* ${XUPS}.3.4.1.4.*`,
      `voltage.output-L* ${XUPS}.4.4.1.2.*`,
      `current.output-L* ${XUPS}.4.4.1.7.* scale=0.1`,
      `current.output-L* ${XUPS}.4.4.1.3.*`,
      `power.output-L* ${XUPS}.4.4.1.4.*`,
      `load.output-L* ${XUPS}.4.4.1.8.*`,
      `power.output ${XUPS}.4.9.3.0`,
      // Since it was last set back to 0. The object before it has the energy of the last hour, which is no counter.
      `energy.import.output ${XUPS}.4.7.0 unit=Wh`,
    ],
  },
  {
    id: 'cyberpower-epdu2',
    name: 'CyberPower ePDU, second generation',
    source: 'CyberPower CPS-MIB 2.13, ePDU2',
    maker: CYBERPOWER,
    points: [
      // ePDU2DeviceStatus: PowerLoad in W (added to the MIB last), ApparentPower in VA, PowerFactor, CurrentLoad, Energy.
      `power.unit-* ${CPS_DEVICE}.18.* alone`,
      `power.apparent.unit-* ${CPS_DEVICE}.15.* alone`,
      `power.factor.unit-* ${CPS_DEVICE}.16.* scale=0.01 alone`,
      `energy.import.unit-* ${CPS_DEVICE}.9.* scale=0.1 unit=kWh alone`,
      // ePDU2PhaseStatus: Power in W, where the tables that look the same at other makers have tens of them.
      `power.L* ${CPS_PHASE}.7.*`,
      `current.L* ${CPS_PHASE}.5.* scale=0.1`,
      `voltage.L* ${CPS_PHASE}.6.* scale=0.1`,
      `power.apparent.L* ${CPS_PHASE}.8.*`,
      `power.factor.L* ${CPS_PHASE}.9.* scale=0.01`,
      // ePDU2OutletMeteredStatus: ActivePower in W, Load in tenths of A, Energy.
      `power.outlet-* ${CPS_OUTLET}.7.*`,
      `current.outlet-* ${CPS_OUTLET}.6.* scale=0.1`,
      `energy.import.outlet-* ${CPS_OUTLET}.11.* scale=0.1 unit=kWh`,
    ],
  },
  {
    id: 'cyberpower-epdu',
    name: 'CyberPower ePDU, first generation',
    source: 'CyberPower CPS-MIB, ePDU',
    maker: CYBERPOWER,
    // One table of the phases and then of the banks, as APC's first generation has it.
    points: [...cpsLoad('L*', ` by=${CPS_LOAD}.4.* without=${CPS_LOAD}.5.* alone`), ...cpsLoad('bank-*', ` by=${CPS_LOAD}.5.*`)],
  },
  {
    id: 'cyberpower-ups',
    name: 'CyberPower UPS',
    source: 'CyberPower CPS-MIB, ups',
    maker: CYBERPOWER,
    points: [
      `battery.charge ${CPS_UPS}.2.2.1.0`,
      `battery.runtime ${CPS_UPS}.2.2.4.0 scale=0.01`,
      `battery.voltage ${CPS_UPS}.2.2.2.0 scale=0.1`,
      `on-battery ${CPS_UPS}.4.1.1.0 yes=3 none=1`,
      `load ${CPS_UPS}.4.2.3.0`,
      `power.output ${CPS_UPS}.4.2.5.0`,
      `power.apparent.output ${CPS_UPS}.4.2.8.0`,
      `energy.import.output ${CPS_UPS}.4.2.6.0 scale=0.1 unit=kWh`,
      `voltage.input ${CPS_UPS}.3.2.1.0 scale=0.1`,
      `frequency.input ${CPS_UPS}.3.2.4.0 scale=0.1`,
      `voltage.output ${CPS_UPS}.4.2.1.0 scale=0.1`,
      `frequency.output ${CPS_UPS}.4.2.2.0 scale=0.1`,
      `current.output ${CPS_UPS}.4.2.4.0 scale=0.1`,
    ],
  },
  {
    id: 'vertiv-geist',
    name: 'Vertiv and Geist rack PDU (IMD)',
    source: 'VERTIV-V5-MIB',
    maker: GEIST,
    points: [
      // pduMainTable, while pduMainAvail is not Unavailable(0): pduTotalRealPower, ApparentPower, PowerFactor in %, Energy.
      `power.unit-* ${GEIST_PDU}.1.1.9.* where=${GEIST_PDU}.1.1.5.*:1,2 alone`,
      `power.apparent.unit-* ${GEIST_PDU}.1.1.10.* where=${GEIST_PDU}.1.1.5.*:1,2 alone`,
      `power.factor.unit-* ${GEIST_PDU}.1.1.11.* unit=% where=${GEIST_PDU}.1.1.5.*:1,2 alone`,
      `energy.import.unit-* ${GEIST_PDU}.1.1.12.* unit=Wh where=${GEIST_PDU}.1.1.5.*:1,2 alone`,
      // pduPhaseTable: Voltage in tenths of V, Current in hundredths of A, RealPower, ApparentPower, PowerFactor, Energy. Of a delta
      // meter (pduMeterType 1) a row is a pair of lines.
      `voltage.L* ${GEIST_PDU}.2.1.4.* scale=0.1`,
      `current.L* ${GEIST_PDU}.2.1.8.* scale=0.01`,
      `power.L* ${GEIST_PDU}.2.1.12.*`,
      `power.apparent.L* ${GEIST_PDU}.2.1.13.*`,
      `power.factor.L* ${GEIST_PDU}.2.1.14.* unit=%`,
      // pduOutletMeterTable: RealPower, Current, Energy.
      `power.outlet-* ${GEIST_PDU}.6.1.12.*`,
      `current.outlet-* ${GEIST_PDU}.6.1.8.* scale=0.01`,
      `energy.import.outlet-* ${GEIST_PDU}.6.1.15.* unit=Wh`,
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

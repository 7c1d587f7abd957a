import { createSocket } from 'node:dgram';
import snmp from 'net-snmp';
import { LOOPBACK, portRefusal, type OpenPeer, type Peer, type ServedFeed } from './peer';
import { MAINS_HZ, phaseCurrent, PHASE_V, type MeteredRoom } from './room';

type Type = keyof typeof snmp.ObjectType;
type Value = number | string;

/** One value of a device: its OID without the instance. */
interface Scalar {
  readonly oid: string;
  readonly type: Type;
  readonly value: () => Value;
}

/** Rows that are numbered from 1 on: the OID of an entry, its columns by their numbers. */
interface Table {
  readonly oid: string;
  readonly rows: number;
  readonly columns: readonly (readonly [number: number, type: Type, value: (row: number) => Value])[];
}

interface Device {
  readonly scalars: readonly Scalar[];
  readonly tables: readonly Table[];
}

/** What of the library's agent is used here; its own types do not know it. */
interface Provider {
  readonly name: string;
  readonly type: number;
  readonly oid: string;
  readonly maxAccess: number;
  readonly handler: (request: { oid: string; instanceNode?: { value: Value }; done(): void }) => void;
  readonly scalarType?: number;
  readonly tableColumns?: readonly { readonly number: number; readonly name: string; readonly type: number; readonly maxAccess: number }[];
  readonly tableIndex?: readonly { readonly columnNumber: number }[];
}
interface Agent {
  getAuthorizer(): { addCommunity(community: string): void };
  getMib(): {
    registerProvider(provider: Provider): void;
    setScalarValue(name: string, value: Value): void;
    addTableRow(name: string, row: readonly Value[]): void;
  };
  close(done: () => void): void;
}

const COMMUNITY = 'public';
const SYSTEM = '1.3.6.1.2.1.1';
const UPS_MIB = '1.3.6.1.2.1.33';
const APC = '1.3.6.1.4.1.318';
const RPDU2 = `${APC}.1.1.26`;
const PHASES = 3;
/** On mains, with a full battery: the simulated room knows no outage. */
const UPS = { normal: 2, mains: 3, runtimeMin: 12, chargePercent: 100, batteryTenthV: 5_420 } as const;

const system = (object: string, description: string): Scalar[] => [
  { oid: `${SYSTEM}.1`, type: 'OctetString', value: () => description },
  { oid: `${SYSTEM}.2`, type: 'OID', value: () => object },
  { oid: `${SYSTEM}.5`, type: 'OctetString', value: () => 'scenario' },
];

const integer = (oid: string, value: () => number): Scalar => ({ oid, type: 'Integer', value: () => Math.round(value()) });
const column = (number: number, value: (row: number) => number): Table['columns'][number] => [
  number,
  'Integer',
  (row) => Math.round(value(row)),
];

/** The room's UPS, as RFC 1628 has it. */
function ups(room: MeteredRoom): Device {
  const at = `${UPS_MIB}.1`;
  const { plan } = room.facility;
  const inputW = (): number => room.facility.upsInputW / PHASES;
  const outputW = (): number => room.upsOutputW / PHASES;
  return {
    scalars: [
      ...system(UPS_MIB, 'Coldaisle simulated UPS'),
      integer(`${at}.2.1`, () => UPS.normal),
      integer(`${at}.2.3`, () => UPS.runtimeMin),
      integer(`${at}.2.4`, () => UPS.chargePercent),
      integer(`${at}.2.5`, () => UPS.batteryTenthV),
      integer(`${at}.3.2`, () => PHASES),
      integer(`${at}.4.1`, () => UPS.mains),
      integer(`${at}.4.2`, () => MAINS_HZ * 10),
      integer(`${at}.4.3`, () => PHASES),
    ],
    tables: [
      {
        oid: `${at}.3.3.1`,
        rows: PHASES,
        columns: [
          column(2, () => MAINS_HZ * 10),
          column(3, () => PHASE_V),
          column(4, () => phaseCurrent(room.facility.upsInputW) * 10),
          column(5, inputW),
        ],
      },
      {
        oid: `${at}.4.4.1`,
        rows: PHASES,
        columns: [
          column(2, () => PHASE_V),
          column(3, () => phaseCurrent(room.upsOutputW) * 10),
          column(4, outputW),
          column(5, () => (100 * room.upsOutputW) / plan.ratedItPowerW),
        ],
      },
    ],
  };
}

/** The PDUs of all racks as one chain of them (PowerNet-MIB, rPDU2): power in tens of W, energy in tenths of a kWh. */
function rackPdus(room: MeteredRoom): Device {
  const rackW = (row: number): number => {
    const rack = room.racks[row - 1];
    return rack === undefined ? 0 : room.rackW(rack);
  };
  const rackWh = (row: number): number => {
    const rack = room.racks[row - 1];
    return rack === undefined ? 0 : room.rackWh(rack);
  };
  return {
    scalars: system(`${APC}.1.3.4.6`, `Coldaisle simulated rack PDUs: ${room.racks.map(({ name }) => name).join(', ')}`),
    tables: [
      {
        oid: `${RPDU2}.4.3.1`,
        rows: room.racks.length,
        columns: [
          [3, 'OctetString', (row) => room.racks[row - 1]?.name ?? ''],
          column(5, (row) => rackW(row) / 10),
          column(9, (row) => rackWh(row) / 100),
        ],
      },
    ],
  };
}

async function openAgent(device: Device, port: number): Promise<{ port: number; close(): Promise<void> }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => reject(portRefusal(error, port)));
    socket.bind(port, LOOPBACK, resolve);
  });
  // The library would take 161 for a free port, and binds before anybody can hear that it failed.
  const held = Object.assign(socket, { bind: () => held });
  const agent: Agent = snmp.createAgent(
    { port: socket.address().port, address: LOOPBACK, dgramModule: { createSocket: () => held } },
    // A request that is none, or with another community, gets no answer.
    () => undefined,
  );
  agent.getAuthorizer().addCommunity(COMMUNITY);
  register(agent, device);
  return { port: socket.address().port, close: () => new Promise((done) => agent.close(done)) };
}

function register(agent: Agent, { scalars, tables }: Device): void {
  const mib = agent.getMib();
  const values = new Map<string, () => Value>();
  const handler: Provider['handler'] = (request) => {
    const value = values.get(request.oid);
    if (value !== undefined && request.instanceNode !== undefined) request.instanceNode.value = value();
    request.done();
  };
  const maxAccess = snmp.MaxAccess['read-only'];
  for (const { oid, type, value } of scalars) {
    mib.registerProvider({ name: oid, type: snmp.MibProviderType.Scalar, oid, scalarType: snmp.ObjectType[type], maxAccess, handler });
    mib.setScalarValue(oid, value());
    values.set(`${oid}.0`, value);
  }
  for (const { oid, rows, columns } of tables) {
    const tableColumns = [
      { number: 1, name: `${oid}.1`, type: snmp.ObjectType.Integer, maxAccess },
      ...columns.map(([number, type]) => ({ number, name: `${oid}.${number}`, type: snmp.ObjectType[type], maxAccess })),
    ];
    mib.registerProvider({
      name: oid,
      type: snmp.MibProviderType.Table,
      oid,
      maxAccess: snmp.MaxAccess['not-accessible'],
      tableColumns,
      tableIndex: [{ columnNumber: 1 }],
      handler,
    });
    for (let row = 1; row <= rows; row++) {
      mib.addTableRow(oid, [row, ...columns.map(([, , value]) => value(row))]);
      for (const [number, , value] of columns) values.set(`${oid}.${number}.${row}`, () => value(row));
    }
  }
}

const opening =
  (name: string, deviceOf: (room: MeteredRoom) => Device): OpenPeer =>
  async (room, port): Promise<Peer> => {
    const agent = await openAgent(deviceOf(room), port);
    const feed: ServedFeed = { kind: 'snmp', name, settings: { host: LOOPBACK, port: agent.port, version: 'v2c' } };
    return { feeds: [feed], close: () => agent.close() };
  };

/** Two devices, each an agent of its own as in a real room. */
export const openUps = opening('UPS', ups);
export const openRackPdus = opening('Rack PDUs', rackPdus);

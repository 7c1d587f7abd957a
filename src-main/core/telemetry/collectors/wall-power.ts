import { join } from 'node:path';
import type { DoctorItem } from '@shared/model/doctor';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import type { Collector } from '../collector';
import { listFolder, readNumber, readText } from './files';
import { listChips, listInputs, type HwmonChip } from './hwmon';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';

const LOOK_AGAIN_MS = 30_000;
/** A unit that is fed by less than this is a converter on the board, V. */
const MAINS_V = 80;
/** Names of rails by which a whole board is fed (Jetson and others); a rail of a part is none. */
const WHOLE_BOARD = /^(VDD_IN|POM_(5V|12V)_IN|SYS_IN|VIN|DC_IN|BOARD_IN|INPUT|TOTAL)$/i;

/**
 * What can tell the power of the whole machine, best first: at the wall (the firmware's meter, the inputs of the supplies),
 * behind the supply, at the input of the board.
 */
const kinds = ['acpi', 'psu', 'psu-output', 'board'] as const;
type Kind = (typeof kinds)[number];

interface Meter {
  readonly kind: Kind;
  readonly label: string;
  /** Files whose numbers are multiplied with each other and with `scale`, for W. */
  readonly paths: readonly string[];
  readonly scale: number;
}

/**
 * The power of the whole host, where the machine itself can tell it: it replaces what is added up of parts and an assumed
 * rest. Redundant supplies are added up. A meter counts from its first value on; then its silence is that of the machine.
 */
export function createWallPowerCollector({ env, monoMs, wallMs, onEvent }: CollectorContext): Collector {
  let meters: readonly Meter[] = [];
  let inForce: Kind | null = null;
  let lookAgainMono = -Infinity;
  const look = async (): Promise<void> => {
    if (env.platform !== 'linux' || monoMs() < lookAgainMono) return;
    lookAgainMono = monoMs() + LOOK_AGAIN_MS;
    meters = await findMeters(env.sysRoot);
    if (inForce === null || meters.some(({ kind }) => kind === inForce)) return;
    // Its driver is gone, and with it what was known of the whole: the machine is again the sum of its parts.
    onEvent({
      atMs: wallMs(),
      device: deviceOf(inForce),
      kind: 'device.lost',
      text: message('message.event.meterGone'),
      severity: 'warning',
    });
    inForce = null;
  };
  const read = async (): Promise<Reading[]> => {
    await look();
    for (const kind of kinds) {
      const own = meters.filter((meter) => meter.kind === kind);
      if (own.length === 0) continue;
      const value = totalW(await Promise.all(own.map(readMeter)));
      if (value === null && inForce !== kind) continue;
      inForce = kind;
      return [
        { device: deviceOf(kind), label: labelOf(own), metric: 'host.power', provenance: own.length === 1 ? 'measured' : 'derived', value },
      ];
    }
    return [];
  };
  return {
    id: 'wall-power',
    periodMs: 1000,
    read,
    async doctor() {
      const readings = await read();
      return item(readings, meters, inForce, env.platform);
    },
    close: async () => undefined,
  };
}

function item([reading]: readonly Reading[], meters: readonly Meter[], inForce: Kind | null, platform: NodeJS.Platform): DoctorItem[] {
  if (reading === undefined) {
    if (meters.length > 0) return [sensorItem('wall-power', 'failing', message('message.wallPower.silent', { meters: labelOf(meters) }))];
    return platform === 'linux' ? [sensorItem('wall-power', 'missing', message('message.wallPower.none'))] : [];
  }
  if (reading.value === null) return [sensorItem('wall-power', 'failing', message('message.wallPower.silent', { meters: reading.label }))];
  const others = meters.filter(({ kind }) => kind !== inForce);
  const found = message(inForce === 'psu-output' ? 'message.wallPower.output' : 'message.wallPower.works', { meters: reading.label });
  return [
    sensorItem(
      'wall-power',
      'works',
      others.length === 0 ? found : message('message.wallPower.others', { found, others: labelOf(others) }),
    ),
  ];
}

const deviceOf = (kind: Kind): string => `sensor/power/${kind}`;
const labelOf = (meters: readonly Meter[]): string =>
  [...new Set(meters.map(({ label }) => label))].map((label) => `${countOf(meters, label)}${label}`).join(', ');
const countOf = (meters: readonly Meter[], label: string): string => {
  const count = meters.filter((meter) => meter.label === label).length;
  return count > 1 ? `${count} × ` : '';
};

/** All of them: a supply that is silent draws nobody knows what. A running machine draws something. */
function totalW(valuesW: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of valuesW) {
    if (value === null) return null;
    total += value;
  }
  return total > 0 ? total : null;
}

async function readMeter({ paths, scale }: Meter): Promise<number | null> {
  let product = scale;
  for (const path of paths) {
    const raw = await readNumber(path);
    if (raw === null) return null;
    product *= raw;
  }
  return product;
}

async function findMeters(sysRoot: string): Promise<Meter[]> {
  const found: Meter[] = [];
  for (const chip of await listChips(sysRoot)) {
    if (chip.name === 'power_meter') {
      // One host has one; where firmware names several, the first is the whole machine's.
      if (!found.some(({ kind }) => kind === 'acpi')) found.push(...(await acpiMeter(chip)));
    } else if (/^ina\d/.test(chip.name)) {
      if (!found.some(({ kind }) => kind === 'board')) found.push(...(await boardMeter(chip)));
    } else found.push(...(await supplyMeter(chip)));
  }
  return found;
}

/** The firmware's meter (ACPI000D, acpi_power_meter.c): older kernels keep its files with the device. One of a battery or of the processors alone is not the host's. */
async function acpiMeter({ path }: HwmonChip): Promise<Meter[]> {
  for (const folder of [path, join(path, 'device')]) {
    if ((await readNumber(join(folder, 'power1_average'))) === null) continue;
    const measured = [...(await listFolder(join(folder, 'measures'))), ...(await listFolder(join(path, 'device/measures')))];
    if (
      (await readNumber(join(folder, 'power1_is_battery'))) === 1 ||
      (measured.length > 0 && measured.every((name) => /^(LNXCPU|ACPI0007)/.test(name)))
    )
      return [];
    const model = await readText(join(folder, 'power1_model_number'));
    return [
      {
        kind: 'acpi',
        label: model ? `ACPI power meter ${model}` : 'ACPI power meter',
        paths: [join(folder, 'power1_average')],
        scale: 1e-6,
      },
    ];
  }
  return [];
}

/** A supply's input over PMBus (`pin`, fed by the mains), or what a Corsair supply says of its output. */
async function supplyMeter({ path, name }: HwmonChip): Promise<Meter[]> {
  const inputs = await listInputs({ path }, 'power');
  const pin = inputs.find(({ label }) => label === 'pin');
  if (pin !== undefined) {
    const volts = await inputVolts(path);
    return volts === null || volts < MAINS_V
      ? []
      : [{ kind: 'psu', label: `${name} PSU`, paths: [join(path, `${pin.input}_input`)], scale: 1e-6 }];
  }
  const total = name === 'corsairpsu' ? inputs.find(({ label }) => label === 'power total') : undefined;
  return total === undefined
    ? []
    : [{ kind: 'psu-output', label: 'Corsair PSU', paths: [join(path, `${total.input}_input`)], scale: 1e-6 }];
}

/** PMBus: the input with the label `vin`, mV. */
async function inputVolts(path: string): Promise<number | null> {
  for (const { input, label } of await listInputs({ path }, 'in')) {
    if (label !== 'vin') continue;
    const milli = await readNumber(join(path, `${input}_input`));
    return milli === null ? null : milli / 1000;
  }
  return null;
}

/** An INA2xx or INA3221 at the input of the board, by the name of its rail; INA3221 tells volts and amperes alone. */
async function boardMeter({ path, name }: HwmonChip): Promise<Meter[]> {
  for (const { input, label } of await listInputs({ path }, 'in')) {
    if (label === null || !WHOLE_BOARD.test(label)) continue;
    const current = join(path, `curr${input.slice(2)}_input`);
    if ((await readNumber(current)) === null) continue;
    // mV × mA = µW.
    return [{ kind: 'board', label: `${name} ${label}`, paths: [join(path, `${input}_input`), current], scale: 1e-6 }];
  }
  const label = (await readText(join(path, 'power1_label'))) ?? (await readText(join(path, 'label')));
  if (label === null || !WHOLE_BOARD.test(label) || (await readNumber(join(path, 'power1_input'))) === null) return [];
  return [{ kind: 'board', label: `${name} ${label}`, paths: [join(path, 'power1_input')], scale: 1e-6 }];
}

import { join } from 'node:path';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import si from 'systeminformation';
import type { Collector } from '../collector';
import { listFolder, readNumber, readText } from './files';
import { GPU_CHIPS, listChips, listInputs, type HwmonChip } from './hwmon';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';
import { cpuDevice, type CpuTopology } from './topology';

/** Files that print millidegrees, and what they measure: the hottest of them counts. */
interface Sensor {
  readonly paths: readonly string[];
  readonly device: string;
  readonly label: string;
  readonly metric: 'cpu.temperature' | 'sensor.temperature';
}

const LOOK_AGAIN_MS = 30_000;
const MAX_NAME = 110;
/** Chips that measure the processor itself. */
const CPU_CHIPS = /^(coretemp|k10temp|zenpower|cpu_thermal|cpu-thermal|soc_thermal|soc-thermal)$/;

/** Temperatures of the processor packages and of everything else the kernel knows a sensor for. */
export function createTemperatureCollector({ env, monoMs, topology }: CollectorContext): Collector {
  let sensors: readonly Sensor[] = [];
  let lookAgainMono = -Infinity;
  const look = async (): Promise<readonly Sensor[]> => {
    if (monoMs() < lookAgainMono) return sensors;
    lookAgainMono = monoMs() + LOOK_AGAIN_MS;
    sensors = await findSensors(env.sysRoot, await topology());
    return sensors;
  };
  const linux = env.platform === 'linux';
  return {
    id: 'temperature',
    periodMs: linux ? 1000 : 5000,
    async read() {
      return linux ? Promise.all((await look()).map(readSensor)) : fromSystem(await topology());
    },
    async doctor() {
      const found = linux ? await Promise.all((await look()).map(readSensor)) : await fromSystem(await topology());
      if (found.some(({ value }) => value !== null)) {
        const cpu = found.some(({ metric, value }) => metric === 'cpu.temperature' && value !== null);
        const count = found.length;
        return [
          cpu
            ? sensorItem('temperature', 'works', message('message.temperature.works', { count }))
            : sensorItem('temperature', 'partial', message('message.temperature.notCpu', { count })),
        ];
      }
      if (found.length > 0) return [sensorItem('temperature', 'failing', message('message.temperature.silent'))];
      if (!linux) return [sensorItem('temperature', 'missing', message('message.temperature.untold'))];
      if ((await topology()).virtual) return [sensorItem('temperature', 'missing', message('message.temperature.virtual'))];
      return [
        sensorItem(
          'temperature',
          'missing',
          message('message.temperature.noDriver'),
          'sudo apt-get install lm-sensors && sudo sensors-detect --auto && sudo systemctl restart systemd-modules-load',
        ),
      ];
    },
    close: async () => undefined,
  };
}

async function readSensor({ paths, device, label, metric }: Sensor): Promise<Reading> {
  const milli = (await Promise.all(paths.map(readNumber))).filter((value) => value !== null);
  return { device, label, metric, provenance: 'measured', value: milli.length === 0 ? null : Math.max(...milli) / 1000 };
}

async function findSensors(sysRoot: string, cpu: CpuTopology): Promise<Sensor[]> {
  const chips = (await listChips(sysRoot)).filter(({ name }) => !GPU_CHIPS.test(name));
  const sensors: Sensor[] = [];
  const dies: Die[] = [];
  for (const chip of chips) {
    const labelled = await listInputs(chip, 'temp');
    if (CPU_CHIPS.test(chip.name) && labelled.length > 0) {
      // coretemp names its package itself.
      const own =
        labelled.find(({ label }) => label !== null && /^(Package id \d+|Tdie)$/.test(label)) ??
        labelled.find(({ label }) => label === 'Tctl') ??
        labelled[0];
      const named = /^Package id (\d+)$/.exec(own?.label ?? '')?.[1];
      if (own)
        dies.push({
          chip,
          path: join(chip.path, `${own.input}_input`),
          part: own.label ?? own.input,
          packageId: named === undefined ? null : Number(named),
        });
      continue;
    }
    for (const { input, label } of labelled) {
      // A disk's own temperature is the disk collector's.
      if (chip.disk && input === 'temp1') continue;
      const part = label ?? input;
      sensors.push({
        paths: [join(chip.path, `${input}_input`)],
        device: `sensor/${chip.place}/${part}`,
        label: `${chip.place} ${part}`,
        metric: 'sensor.temperature',
      });
    }
  }
  sensors.push(...packagesOf(dies, cpu));
  sensors.push(...(await findZones(sysRoot, cpu, new Set(chips.map(({ name }) => name)), dies.length > 0)));
  return unique(sensors);
}

/** A chip that measures a processor, or a die of it. */
interface Die {
  readonly chip: HwmonChip;
  readonly path: string;
  readonly part: string;
  /** As it names it; null = it names none. */
  readonly packageId: number | null;
}

/**
 * The dies of each package: as warm as the hottest of them. AMD's are the northbridges of the PCI bus, 18.3 and on, one a
 * node: a socket of two or four dies has as many in a row.
 */
function packagesOf(dies: readonly Die[], cpu: CpuTopology): Sensor[] {
  const nodeOf = ({ chip: { home } }: Die, i: number): number => {
    const device = /^[0-9a-f]{4}:00:([0-9a-f]{2})\.3$/.exec(home ?? '')?.[1];
    return device === undefined ? i : parseInt(device, 16) - 0x18;
  };
  const unnamed = dies.filter(({ packageId }) => packageId === null);
  const aSocket = Math.max(1, Math.ceil((Math.max(...unnamed.map(nodeOf), -1) + 1) / cpu.packages.length));
  const byPackage = new Map<number, Die[]>();
  for (const die of dies) {
    const socket = Math.floor(nodeOf(die, unnamed.indexOf(die)) / aSocket);
    const packageId = die.packageId ?? cpu.packages[socket] ?? socket;
    byPackage.set(packageId, [...(byPackage.get(packageId) ?? []), die]);
  }
  return [...byPackage].flatMap(([packageId, own]): Sensor[] => [
    { paths: own.map(({ path }) => path), device: cpuDevice(packageId), label: cpu.brand, metric: 'cpu.temperature' },
    ...(own.length === 1
      ? []
      : own.map(({ chip, path, part }): Sensor => ({
          paths: [path],
          device: `sensor/${chip.place}/${part}`,
          label: `${chip.place} ${part}`,
          metric: 'sensor.temperature',
        }))),
  ]);
}

/** Thermal zones that no hwmon chip shows already. */
async function findZones(sysRoot: string, cpu: CpuTopology, chipNames: ReadonlySet<string>, cpuKnown: boolean): Promise<Sensor[]> {
  const root = join(sysRoot, 'class/thermal');
  const sensors: Sensor[] = [];
  let cpuZones = 0;
  for (const folder of (await listFolder(root)).filter((name) => /^thermal_zone\d+$/.test(name))) {
    const type = await readText(join(root, folder, 'type'));
    const path = join(root, folder, 'temp');
    if (type === null || (await readNumber(path)) === null) continue;
    if (type === 'x86_pkg_temp' || CPU_CHIPS.test(type)) {
      if (!cpuKnown)
        sensors.push({ paths: [path], device: cpuDevice(cpu.packages[cpuZones] ?? cpuZones), label: cpu.brand, metric: 'cpu.temperature' });
      cpuZones++;
    } else if (!chipNames.has(type) && !chipNames.has(type.replaceAll('-', '_'))) {
      sensors.push({ paths: [path], device: `sensor/${type}`, label: type, metric: 'sensor.temperature' });
    }
  }
  return sensors;
}

/** Sensors of the same name are numbered, so that none hides another; a firmware's long names are cut. */
function unique(sensors: readonly Sensor[]): Sensor[] {
  const seen = new Map<string, number>();
  return sensors.map((sensor) => {
    const device = sensor.device.slice(0, MAX_NAME);
    const times = (seen.get(device) ?? 0) + 1;
    seen.set(device, times);
    return times === 1 || sensor.metric === 'cpu.temperature'
      ? { ...sensor, device }
      : { ...sensor, device: `${device} ${times}`, label: `${sensor.label} ${times}` };
  });
}

async function fromSystem(cpu: CpuTopology): Promise<Reading[]> {
  const { main } = await si.cpuTemperature();
  // Typed as a number, but null where the system tells none.
  const tempC: number | null = main;
  return tempC === null
    ? []
    : [{ device: cpuDevice(0), label: cpu.brand, metric: 'cpu.temperature', provenance: 'measured', value: tempC }];
}

import { join } from 'node:path';
import type { Reading } from '@shared/model/series';
import { phrase } from '@shared/phrases/phrase';
import si from 'systeminformation';
import type { Collector } from '../collector';
import { listFolder, readNumber, readText } from './files';
import { GPU_CHIPS, listChips, listInputs } from './hwmon';
import type { CollectorContext } from './index';
import { sensorItem } from './items';
import { cpuDevice, type CpuTopology } from './topology';

/** One file that prints millidegrees, and what it measures. */
interface Sensor {
  readonly path: string;
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
        return [sensorItem('temperature', 'works', phrase(cpu ? 'said.temperature.works' : 'said.temperature.notCpu', { sensors: found.length }))];
      }
      if (found.length > 0) return [sensorItem('temperature', 'failing', phrase('said.temperature.silent'))];
      if (!linux) return [sensorItem('temperature', 'missing', phrase('said.temperature.untold'))];
      if ((await topology()).virtual) return [sensorItem('temperature', 'missing', phrase('said.temperature.virtual'))];
      return [sensorItem('temperature', 'missing', phrase('said.temperature.noDriver'), 'sudo apt-get install lm-sensors && sudo sensors-detect --auto && sudo systemctl restart systemd-modules-load')];
    },
    close: async () => undefined,
  };
}

async function readSensor({ path, device, label, metric }: Sensor): Promise<Reading> {
  const milli = await readNumber(path);
  return { device, label, metric, provenance: 'measured', value: milli === null ? null : milli / 1000 };
}

async function findSensors(sysRoot: string, cpu: CpuTopology): Promise<Sensor[]> {
  const chips = (await listChips(sysRoot)).filter(({ name }) => !GPU_CHIPS.test(name));
  const sensors: Sensor[] = [];
  let cpuChips = 0;
  for (const chip of chips) {
    const labelled = await listInputs(chip, 'temp');
    if (CPU_CHIPS.test(chip.name) && labelled.length > 0) {
      // One chip per package; coretemp names its package itself.
      const own = labelled.find(({ label }) => label !== null && /^(Package id \d+|Tdie)$/.test(label)) ?? labelled.find(({ label }) => label === 'Tctl') ?? labelled[0];
      const named = /^Package id (\d+)$/.exec(own?.label ?? '')?.[1];
      const packageId = named === undefined ? (cpu.packages[cpuChips] ?? cpuChips) : Number(named);
      cpuChips++;
      if (own) sensors.push({ path: join(chip.path, `${own.input}_input`), device: cpuDevice(packageId), label: cpu.brand, metric: 'cpu.temperature' });
      continue;
    }
    for (const { input, label } of labelled) {
      // A disk's own temperature is the disk collector's.
      if (chip.disk && input === 'temp1') continue;
      const part = label ?? input;
      sensors.push({ path: join(chip.path, `${input}_input`), device: `sensor/${chip.place}/${part}`, label: `${chip.place} ${part}`, metric: 'sensor.temperature' });
    }
  }
  sensors.push(...(await findZones(sysRoot, cpu, new Set(chips.map(({ name }) => name)), cpuChips > 0)));
  return unique(sensors);
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
      if (!cpuKnown) sensors.push({ path, device: cpuDevice(cpu.packages[cpuZones] ?? cpuZones), label: cpu.brand, metric: 'cpu.temperature' });
      cpuZones++;
    } else if (!chipNames.has(type) && !chipNames.has(type.replaceAll('-', '_'))) {
      sensors.push({ path, device: `sensor/${type}`, label: type, metric: 'sensor.temperature' });
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
    return times === 1 || sensor.metric === 'cpu.temperature' ? { ...sensor, device } : { ...sensor, device: `${device} ${times}`, label: `${sensor.label} ${times}` };
  });
}

async function fromSystem(cpu: CpuTopology): Promise<Reading[]> {
  const { main } = await si.cpuTemperature();
  // Typed as a number, but null where the system tells none.
  const tempC: number | null = main;
  return tempC === null ? [] : [{ device: cpuDevice(0), label: cpu.brand, metric: 'cpu.temperature', provenance: 'measured', value: tempC }];
}

import type { Collector } from '../collector';
import type { CollectorContext } from '../collector-context';
import { machineKind, type CollectorKind } from '../collector-kind';
import { createCpuCollector } from './cpu';
import { createCpuPowerCollector } from './cpu-power';
import { csvFolderKind } from './csv-folder/kind';
import { createDiskCollector } from './disk';
import { createDrmGpuCollector } from './drm-gpu';
import { httpJsonKind } from './http-json/kind';
import { createFanCollector } from './fans';
import { ipmiKind } from './ipmi/kind';
import { createMemoryCollector } from './memory';
import { createNetworkCollector } from './network';
import { sensorName } from './items';
import { modbusKind } from './modbus/kind';
import { mqttKind } from './mqtt/kind';
import { nutKind } from './nut/kind';
import { nvidiaKind } from './nvidia/kind';
import { prometheusKind } from './prometheus';
import { prometheusQueryKind } from './prometheus-query/kind';
import { createPressureCollector } from './pressure';
import { processesKind } from './processes';
import { redfishKind } from './redfish/kind';
import { snmpKind } from './snmp/kind';
import { createTemperatureCollector } from './temperature';
import { createWallPowerCollector } from './wall-power';

export { machineEnvironment } from '../collector';

/** A source of this machine that has no settings. */
function plain(id: string, create: (context: CollectorContext) => Collector): CollectorKind {
  return machineKind({ id, name: sensorName(id), from: () => null, create: (_, context) => ({ collectors: [create(context)] }) });
}

/**
 * Every source of this machine, and every feed that can be added, one line each.
 * Devices: `host` (load, memory, swap, load average), `cpuN` per package (frequency, temperature, power), `cpuN/coreM` per
 * logical CPU, `dramN` per package, `gpuN` (NVIDIA; `gpuN/migM`), `gpu/cardN` (AMD, Intel), `disk/<name>`, `net/<name>`,
 * `sensor/<chip>/<label>`, `sensor/power/<kind>` (the whole host's power), `fan/<chip>/<label>`. A GPU's number is the registry's, not its place in the driver's list.
 */
export const collectorKinds: readonly CollectorKind[] = [
  plain('cpu', createCpuCollector),
  plain('cpu-power', createCpuPowerCollector),
  plain('wall-power', createWallPowerCollector),
  plain('memory', createMemoryCollector),
  plain('disk', createDiskCollector),
  plain('network', createNetworkCollector),
  plain('temperature', createTemperatureCollector),
  plain('fans', createFanCollector),
  plain('pressure', createPressureCollector),
  processesKind,
  plain('drm-gpu', createDrmGpuCollector),
  nvidiaKind,
  prometheusKind,
  modbusKind,
  mqttKind,
  httpJsonKind,
  prometheusQueryKind,
  csvFolderKind,
  snmpKind,
  nutKind,
  redfishKind,
  ipmiKind,
];

import { machineEnvironment } from '../../../../src-main/core/telemetry/collectors';
import { createCollectors } from '../../../helpers/collectors';
import { createCpuPower } from '../../../../src-main/core/telemetry/cpu-power-model';
import { freshDevices } from '../../../helpers/devices';
import { createTelemetry } from '../../../../src-main/core/telemetry/telemetry';

/** Meters this machine for two ticks, closes, and must then end by itself: `<nvidia-smi stand-in> <its arguments…>`. */
const [fake = '', ...args] = process.argv.slice(2);
const env = { ...machineEnvironment(), nvidiaSmi: [process.execPath, fake, ...args] as const };
const cpuPower = createCpuPower({ env, resourcesDir: '/nowhere', overrides: () => ({ cpuIdleW: null, cpuMaxW: null }) });
let series = 0;
const telemetry = createTelemetry({
  writer: {
    livingSeries: () => [],
    ensureSeries: (key) => ({ ...key, id: ++series }),
    ensureAllSeries: (keys) => keys.map((key) => ({ ...key, id: ++series })),
    commit: () => undefined,
  },
  collectors: createCollectors(env, { cpuPower, devices: freshDevices() }),
  log: (level, text) => console.log(`${level}: ${text}`),
});
let ticks = 0;
telemetry.onBatch(() => {
  if (++ticks === 2) void end();
});
telemetry.start();

async function end(): Promise<void> {
  // The doctor and the inventory start programs of their own; amid a hang it is the close alone that is tried.
  if (!args.includes('hang')) await Promise.all([telemetry.inventory(), telemetry.doctor()]);
  await Promise.all([telemetry.close(), telemetry.close()]);
  // A process handle whose exit was heard is given back in the next turns of the loop.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  console.log(`closed with ${process.getActiveResourcesInfo().filter((kind) => /Timeout|Process/.test(kind)).length} timers and programs`);
}

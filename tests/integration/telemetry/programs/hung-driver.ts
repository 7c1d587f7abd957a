import { NvmlClient } from '../../../../src-main/core/telemetry/collectors/nvml/client';

/** Asks a driver whose call never returns, closes, and must then end all the same: `<thread program> <library>`. */
const [workerPath = '', library = ''] = process.argv.slice(2);
const client = new NvmlClient({
  access: { workerPath, libraries: [library] },
  platform: process.platform,
  rates: () => ({ hz: 1, devices: {} }),
  nameOf: (slot) => `gpu${slot}`,
  log: (level, text) => console.log(`${level}: ${text}`),
});

async function main(): Promise<void> {
  const abort = new AbortController();
  const asked = client.ask('tick', abort.signal).catch((error: Error) => console.log(error.message));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  abort.abort();
  await asked;
  await client.close();
  console.log('closed');
}
void main();

import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import type { StoredDevice } from '@shared/model/device-record';
import { english } from '@shared/text/message';
import { SourceMachine } from '../../../../src-main/core/transfer/source-machine';
import { readText } from '../../../helpers/reading';
import { readCsv } from './csv/support';

const seen = { pciId: null, model: 'NVIDIA H100', firstSeenMs: 0, lastSeenMs: 0, awaySinceMs: null, removedAtMs: null };
const here: StoredDevice[] = [
  { ...seen, device: 'gpu0', kind: 'nvidia', uuid: 'GPU-aaaa0000-1', serial: '100', bus: '0000:01:00.0' },
  { ...seen, device: 'gpu3', kind: 'nvidia', uuid: 'GPU-bbbb0000-2', serial: '200', bus: '0000:02:00.0' },
  { ...seen, device: 'gpu4', kind: 'nvidia', uuid: 'GPU-cccc0000-3', serial: '300', bus: '0000:03:00.0' },
  { ...seen, device: 'gpu5', kind: 'nvidia', uuid: 'GPU-dddd0000-4', serial: '300', bus: '0000:04:00.0' },
];
const machineOf = (machine: string | null): SourceMachine => new SourceMachine({ machine, file: 'file/it', devices: here });
const TIME = '2026/11/20 10:00:00.000';

/** The devices of an nvidia-smi log with these columns, one row each. */
function devicesOf(columns: string, rows: readonly string[], machine = machineOf(null)): string[] {
  const file = `timestamp, ${columns}, power.draw [W]\n${rows.map((row) => `${TIME}, ${row}, 300 W`).join('\n')}\n`;
  return readCsv(file, { machine }).series.map(({ device }) => device);
}

it('takes an nvidia-smi log of which nothing tells the machine for none of this one', () => {
  const machine = machineOf(null);
  expect(devicesOf('index', ['0', '1'], machine)).toEqual(['file/it/gpu0', 'file/it/gpu1']);
  expect(machine.remark('--machine').map(english)).toEqual([
    'it does not say which machine recorded it: its devices are kept apart from those of this machine, below file/it (--machine)',
  ]);
  // Every server has cards at these addresses.
  expect(devicesOf('pci.bus_id', ['00000000:01:00.0'])).toEqual(['file/it/gpu/00000000:01:00.0']);
  expect(readCsv(`timestamp, power.draw [W]\n${TIME}, 300 W\n`, { machine: machineOf(null) }).series[0]?.device).toBe('file/it/gpu0');
});

it('knows a card of this machine by its UUID or serial number, wherever it stands in the file', () => {
  const machine = machineOf(null);
  expect(devicesOf('index, uuid', ['0, GPU-BBBB0000-2', '1, GPU-aaaa0000-1', '2, GPU-eeee0000-9'], machine)).toEqual([
    'gpu3',
    'gpu0',
    'file/it/gpu2',
  ]);
  expect(machine.apart).toBe('file/it');
  // Two GPUs of one board have one serial number: it tells neither.
  expect(devicesOf('index, serial', ['7, 200', '8, 300', '9, 0'])).toEqual(['gpu3', 'file/it/gpu8', 'file/it/gpu9']);
  const all = machineOf(null);
  devicesOf('uuid', ['GPU-aaaa0000-1'], all);
  expect(all.remark('--machine')).toEqual([]);
});

it('takes the word of a person for what the file leaves open, and a host for what it is', () => {
  expect(devicesOf('index', ['0', '1'], machineOf('local'))).toEqual(['gpu0', 'gpu1']);
  expect(devicesOf('pci.bus_id', ['00000000:02:00.0', '00000000:09:00.0'], machineOf('local'))).toEqual(['gpu3', 'gpu/00000000:09:00.0']);
  // A card that was never seen here is not the one that has its number here.
  expect(devicesOf('index, uuid', ['0, GPU-eeee0000-9'], machineOf('local'))).toEqual(['gpu/GPU-eeee0000-9']);
  expect(devicesOf('index', ['0'], machineOf('n7'))).toEqual(['node/n7/gpu0']);
  expect(devicesOf('index', ['0'], machineOf(' '))).toEqual(['file/it/gpu0']);
  const rows = `host,gpu,timestamp,gpu_power\nn1,0,2026-11-20T10:00:00Z,5\n${hostname()},0,2026-11-20T10:00:00Z,6\nlocalhost,0,2026-11-20T10:00:00Z,7\n`;
  expect(readCsv(rows, { machine: machineOf(null) }).series.map(({ device }) => device)).toEqual(['node/n1/gpu0', 'gpu0', 'file/it/gpu0']);
});

it('keeps processors, memory and sensors of another machine apart too, and leaves what has a name of its own', () => {
  const desktop =
    'Date,Time,"GPU Temperature [°C]","CPU Package Power [W]","Memory Used [MB]","Throttling [Yes/No]"\n20.11.2026,10:00:00.123,61,200.5,512,Yes\n';
  expect(readCsv(desktop, { machine: machineOf(null) }).series.map(({ device, metric }) => `${device} ${metric}`)).toEqual([
    'file/it/gpu0 gpu.temperature',
    'file/it/cpu0 cpu.power',
    'file/it memory.used',
    'file/it Throttling',
  ]);
  const racks = machineOf(null);
  expect(readCsv('when,kW,rack\n2026-11-20T10:00:00Z,0.4,a1\n', { machine: racks }).series[0]?.device).toBe('a1');
  expect(racks.apart).toBeNull();
  const map = '#2=gpu.power@gpu0';
  expect(readCsv('when,kW\n2026-11-20T10:00:00Z,0.4\n', { machine: machineOf(null), map }).series[0]?.device).toBe('gpu0');
});

it('holds for exporters of Prometheus alike, and for what Coldaisle exported on another machine', () => {
  const read = (text: string, machine: string | null): string[] =>
    readText(text, { machine: machineOf(machine) }).samples.map(({ key }) => key.device);
  const scrape = [
    'DCGM_FI_DEV_POWER_USAGE{gpu="0",UUID="GPU-bbbb0000-2",Hostname="n1"} 300\n',
    'DCGM_FI_DEV_POWER_USAGE{gpu="1",UUID="GPU-eeee0000-9",Hostname="n1"} 300\n',
    'DCGM_FI_DEV_POWER_USAGE{gpu="1",instance="localhost:9400"} 300\n',
    'node_load1 0.2\n',
    'power_watts{outlet="a"} 3\n',
  ].join('');
  expect(read(scrape, null)).toEqual(['gpu3', 'node/n1/gpu1', 'file/it/gpu1', 'file/it', 'outlet=a']);
  const exported =
    'coldaisle_gpu_power_watts{device="gpu0"} 300 1795000000\ncoldaisle_gpu_power_watts{device="node/n2/gpu0"} 300 1795000000\n';
  expect(read(exported, null)).toEqual(['gpu0', 'node/n2/gpu0']);
  expect(read(exported, 'n7')).toEqual(['node/n7/gpu0', 'node/n2/gpu0']);
});

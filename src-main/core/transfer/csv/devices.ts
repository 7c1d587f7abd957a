import type { GpuSigns, SourceMachine } from '../source-machine';
import { columnName, plainName } from './column-names';

/** What a column or label says of the device of its row. */
export type Part = 'node' | 'gpu' | 'serial' | 'device' | 'part' | 'label';

/** Names of columns and labels that tell whose value it is. */
const parts: Readonly<Record<string, Part>> = {
  hostname: 'node', host: 'node', node: 'node', instance: 'node', server: 'node', machine: 'node', nodename: 'node', 'node name': 'node',
  gpu: 'gpu', index: 'gpu', 'gpu index': 'gpu', 'gpu id': 'gpu', 'gpu uuid': 'gpu', uuid: 'gpu', 'pci bus id': 'gpu', 'gpu bus id': 'gpu', 'minor number': 'gpu',
  device: 'device', 'device id': 'device', 'device name': 'device', sensor: 'device', meter: 'device', outlet: 'device', pdu: 'device', rack: 'device', channel: 'device',
  cpu: 'part', core: 'part', disk: 'part', dev: 'part', iface: 'part', interface: 'part', intr: 'part', fan: 'part', phase: 'part', 'project name': 'part', 'run id': 'part', id: 'part', serial: 'part', chip: 'part', mountpoint: 'part',
  name: 'label', 'gpu name': 'label', 'model name': 'label', modelname: 'label', model: 'label', label: 'label', 'cpu model': 'label', 'gpu model': 'label', 'country name': 'label', product: 'label',
}; // prettier-ignore

export function partOf(name: string): Part | null {
  return parts[plainName(columnName(name).base)] ?? null;
}

export interface RowIdentity {
  readonly node: string | null;
  readonly gpu: string | null;
  readonly signs: GpuSigns;
  readonly device: string | null;
  readonly parts: readonly string[];
}

/**
 * The device of a value.
 * @param own what the column itself says (gpu0, cpu0, host); null = nothing
 * @param otherwise where neither the row nor the column says one
 */
export function deviceOf(row: RowIdentity, own: string | null, otherwise: string, machine: SourceMachine): string {
  const source = machine.of({ ...row.signs, host: row.node, gpu: row.gpu });
  return machine.place(source, hangs({ ...row, gpu: source.gpu }, own) ?? (row.node === null ? otherwise : 'host'));
}

function hangs({ gpu, device, parts }: RowIdentity, own: string | null): string | null {
  if (gpu !== null && gpu !== '' && (own === null || own.startsWith('gpu'))) return gpu;
  const named = [...(device === null || device === '' ? [] : [device]), ...parts.filter((part) => part !== '')];
  if (own !== null) return named.length === 0 ? own : `${named.join('/')}/${own}`;
  return named.length === 0 ? null : named.join('/');
}

import { formatTable } from './format';
import type { DoctorItem } from '@shared/model/doctor';
import type { RpcClient } from '@shared/rpc/client';
import { english } from '@shared/text/message';
import type { Terminal } from './terminal';

const marks: Record<DoctorItem['state'], string> = {
  works: '✓ works',
  partial: '~ partly',
  missing: '– missing',
  forbidden: '! forbidden',
  failing: '✗ failing',
};
const groups: Record<DoctorItem['group'], string> = {
  sensor: 'Sensor',
  engine: 'Engine',
  permission: 'Permission',
  storage: 'Storage',
  interface: 'Interface',
};
const groupOrder = Object.keys(groups);

/** Prints what works on this machine, and under it, for all else, the exact repair. */
export async function doctor(client: RpcClient, terminal: Terminal): Promise<void> {
  const { items } = await client.call('doctor.report', {});
  const sorted = [...items].sort((a, b) => groupOrder.indexOf(a.group) - groupOrder.indexOf(b.group));
  const columns = [{ title: 'Part' }, { title: 'Name' }, { title: 'State' }, { title: 'Found' }];
  const width = terminal.isInteractive ? terminal.width : Infinity;
  for (const line of formatTable(columns, sorted.map(row), width)) terminal.line(line);
  const repairs = sorted.filter((item) => item.repair !== null);
  if (repairs.length === 0) return;
  terminal.line('');
  terminal.line('Repairs');
  for (const { name, repair } of repairs) terminal.line(`  ${english(name)}: ${oneLine(english(repair ?? ''))}`);
}

function row(item: DoctorItem): string[] {
  return [groups[item.group], english(item.name), marks[item.state], oneLine(english(item.detail))];
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

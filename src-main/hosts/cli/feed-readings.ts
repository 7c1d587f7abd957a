import type { CommandOutput } from '@shared/contract';
import type { RpcClient } from '@shared/rpc/client';
import { formatTable } from './format';
import type { Terminal } from './terminal';

export interface ReadingTyped {
  /** Null = the one of that time is taken back. */
  readonly value: number | null;
  /** Null = now. */
  readonly atMs: number | null;
  readonly isUsed: boolean;
  readonly begins: boolean;
}

interface ReadingsRequest {
  readonly id: string;
  /** Null = they are only listed. */
  readonly typed: ReadingTyped | null;
  readonly json: boolean;
}

/** Lists the readings of a meter that is read by eye, or enters, corrects or takes back one of them. */
export async function readings({ id, typed, json }: ReadingsRequest, client: RpcClient, terminal: Terminal): Promise<void> {
  const answer = await changed(id, typed, client);
  if (json) terminal.line(JSON.stringify(answer));
  else for (const line of tableOf(answer)) terminal.line(line);
}

async function changed(id: string, typed: ReadingTyped | null, client: RpcClient): Promise<CommandOutput<'manual.list'>> {
  if (typed === null) return client.call('manual.list', { id });
  const { value, isUsed, begins } = typed;
  const atMs = typed.atMs ?? Date.now();
  if (value === null) return client.call('manual.remove', { id, atMs });
  return client.call('manual.enter', { id, atMs, value, kind: isUsed ? 'used' : 'shown', begins });
}

function tableOf({ unit, readings: all }: CommandOutput<'manual.list'>): string[] {
  if (all.length === 0) return ['No reading was entered yet: feed reading ID VALUE'];
  const rows = all.map(({ atMs, shown, used, isBooked }) => [
    new Date(atMs).toISOString(),
    `${shown} ${unit}`,
    used === null ? 'begins' : `${Number(used.toPrecision(10))} ${unit} since the one before`,
    used === null || isBooked ? '' : 'not booked: they are more than 400 days apart',
  ]);
  return formatTable([{ title: 'Read by eye' }, { title: 'Shows' }, { title: 'Used' }, { title: '' }], rows);
}

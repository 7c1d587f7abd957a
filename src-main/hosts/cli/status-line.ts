import { formatQuantity } from './format';
import type { Disposable } from '@shared/base/disposable';
import type { RoomSummary } from '@shared/model/room';
import type { RpcClient } from '@shared/rpc/client';
import type { Terminal } from './terminal';

const PLAIN_EVERY_MS = 10_000;
const FIRST_LINE_MS = 3_000;
const NAMED = 3;

/** One line: IT power, live power ratio, running runs; where nothing is missing it fits into 80 columns. */
export function statusText(room: RoomSummary): string {
  const runs = `${room.runningJobs} running${room.queuedJobs > 0 ? `, ${room.queuedJobs} queued` : ''}`;
  const { uncounted, silent } = room;
  const without =
    uncounted.length > 0
      ? ` (without ${listed(uncounted.map(({ device, why }) => (why === 'excluded' ? device : `${device}, ${why}`)))})`
      : '';
  const unread = silent.filter(({ why }) => why !== 'ambiguous-meters');
  const waiting = unread.length > 0 ? ` (no reading of ${listed(unread.map(({ device }) => device))})` : '';
  const unclear = silent.filter(({ why }) => why === 'ambiguous-meters');
  const doubled = unclear.length > 0 ? ` (${listed(unclear.map(({ device }) => device))})` : '';
  return `IT power ${formatQuantity(room.itPowerW)}${without}${waiting}${doubled} · live power ratio ${formatQuantity(room.powerRatio)} · ${runs}`;
}

/** A line has place for a few. */
function listed(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return `${names.slice(0, NAMED).join('; ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/**
 * Keeps the status line: rewritten in place on a terminal; elsewhere a line as soon as there is a figure to show (a load
 * takes two looks), at the latest after 3 s, and then every 10 s.
 */
export function showStatus(client: RpcClient, terminal: Terminal, now: () => number = () => performance.now()): Disposable {
  let dueMs = now() + FIRST_LINE_MS;
  let figureShown = false;
  return client.subscribe(
    'room.live',
    {},
    {
      onFrame(room) {
        if (terminal.isInteractive) {
          terminal.setLive(statusText(room));
          return;
        }
        const firstFigure = !figureShown && room.itPowerW.value !== null;
        if (!firstFigure && now() < dueMs) return;
        figureShown ||= firstFigure;
        dueMs = now() + PLAIN_EVERY_MS;
        terminal.line(statusText(room));
      },
      onEnd: (error) => terminal.note(`The status line ended: ${error?.message ?? 'the core ended it'}`),
    },
  );
}

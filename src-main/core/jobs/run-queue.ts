import { isFinal, type Run } from '@shared/model/run';
import { SERVING_KIND } from '@shared/model/serving';
import { message, type KeyedMessage } from '@shared/text/message';

/** What a run is called in a sentence about another. */
export const callRun = ({ id, name }: Pick<Run, 'id' | 'name'>): string => (name === null ? id : `${name} (${id})`);

type Queued = Pick<Run, 'id' | 'kind' | 'name' | 'createdAtMs' | 'launch' | 'control'>;

export interface QueueView {
  readonly waiting: readonly Queued[];
  /** Those that have begun, or are about to. */
  readonly busy: readonly Queued[];
  /** How many without a GPU of their own may be under way together; those that serve are not counted. */
  readonly slots: number;
  readonly nowMs: number;
  /** Those that a person wants to begin now: they go before all others, without a slot and before their time. */
  readonly urgent?: ReadonlySet<string>;
  /** Any run; null = there is none. */
  find(runId: string): Pick<Run, 'id' | 'name' | 'status'> | null;
  /** Whether a GPU is there. */
  isPresent(gpu: string): boolean;
}

export interface QueuePlan {
  readonly start: readonly string[];
  /** Those that can never begin, and why. */
  readonly refused: ReadonlyMap<string, KeyedMessage>;
  readonly waits: ReadonlyMap<string, KeyedMessage>;
  /** When to look again though nothing happened, wall clock; null = no need. */
  readonly lookAtMs: number | null;
}

export const orderOf = ({ createdAtMs, control }: Queued): number => control.order ?? createdAtMs;

/** Those that wait, the next first. */
export function inOrder<R extends Queued>(waiting: readonly R[]): R[] {
  return [...waiting].sort((a, b) => b.launch.priority - a.launch.priority || orderOf(a) - orderOf(b) || (a.id < b.id ? -1 : 1));
}

/**
 * Which of those that wait begin now. A GPU has one place: a run has it alone, or with others that all say that they share it.
 * Who could begin but for a GPU keeps its place against those behind it, so that one that wants eight is not passed for ever by
 * those that want one.
 */
export function planQueue(view: QueueView): QueuePlan {
  const start: string[] = [];
  const refused = new Map<string, KeyedMessage>();
  const waits = new Map<string, KeyedMessage>();
  /** By GPU: who has it, and who comes first for it. */
  const held = new Map<string, Queued[]>();
  const claimed = new Map<string, Queued>();
  const hold = (run: Queued): void => {
    for (const gpu of run.launch.gpus) held.set(gpu, [...(held.get(gpu) ?? []), run]);
  };
  // One that serves goes on until it is asked to stop: others would wait for it for ever.
  const takesSlot = ({ kind, launch }: Queued): boolean => launch.gpus.length === 0 && kind !== SERVING_KIND;
  view.busy.forEach(hold);
  const plain = view.busy.filter(takesSlot);
  let lookAtMs: number | null = null;
  const isUrgent = ({ id }: Queued): boolean => view.urgent?.has(id) === true;
  const waiting = inOrder(view.waiting);

  for (const run of [...waiting.filter(isUrgent), ...waiting.filter((each) => !isUrgent(each))]) {
    const { gpus, shared, after } = run.launch;
    const dependency = waitsFor(after, view);
    if (dependency !== null) {
      (dependency.never ? refused : waits).set(run.id, dependency.why);
      continue;
    }
    const { notBeforeMs, attempt } = run.control;
    if (notBeforeMs !== null && notBeforeMs > view.nowMs && !isUrgent(run)) {
      waits.set(run.id, message('message.queue.retry', { attempt, beginsAtMs: notBeforeMs }));
      lookAtMs = Math.min(lookAtMs ?? Infinity, notBeforeMs);
      continue;
    }
    const why = gpus.length > 0 ? gpuWait(gpus, shared) : isUrgent(run) || !takesSlot(run) ? null : slotWait();
    if (why === null) {
      start.push(run.id);
      hold(run);
      if (takesSlot(run)) plain.push(run);
    } else {
      waits.set(run.id, why);
      for (const gpu of gpus) if (!claimed.has(gpu)) claimed.set(gpu, run);
    }
  }
  return { start, refused, waits, lookAtMs };

  function gpuWait(gpus: readonly string[], shared: boolean): KeyedMessage | null {
    for (const gpu of gpus) {
      const holder = held.get(gpu)?.find((one) => !(shared && one.launch.shared));
      if (holder !== undefined) return message('message.queue.gpu', { gpu, run: callRun(holder) });
      const first = claimed.get(gpu);
      if (first !== undefined) return message('message.queue.gpuBehind', { gpu, run: callRun(first) });
      if (!view.isPresent(gpu)) return message('message.queue.gpuAway', { gpu });
    }
    return null;
  }

  function slotWait(): KeyedMessage | null {
    const [first] = plain;
    if (first === undefined || plain.length < view.slots) return null;
    const isFirstWaiting = start.includes(first.id);
    return message(isFirstWaiting ? 'message.queue.behind' : 'message.queue.turn', { run: callRun(first) });
  }
}

function waitsFor(
  after: Queued['launch']['after'],
  { find }: Pick<QueueView, 'find'>,
): { readonly never: boolean; readonly why: KeyedMessage } | null {
  for (const { run: id, on } of after) {
    const run = find(id);
    if (run === null) return { never: true, why: message('message.queue.afterGone', { run: id }) };
    const named = { run: callRun(run) };
    if (!isFinal(run.status))
      return { never: false, why: message(on === 'end' ? 'message.queue.after' : 'message.queue.afterSuccess', named) };
    if (on === 'success' && run.status !== 'succeeded') return { never: true, why: message('message.queue.afterFailed', named) };
  }
  return null;
}

/**
 * The priority and order by which a run comes right before another, or, for null, last of all that wait.
 * @returns null where it stands there already
 */
export function placeBefore(waiting: readonly Queued[], moved: string, before: string | null): { priority: number; order: number } | null {
  const rest = inOrder(waiting).filter(({ id }) => id !== moved);
  const at = before === null ? rest.length : rest.findIndex(({ id }) => id === before);
  if (before === moved || at < 0) return null;
  const [ahead, next] = [rest[at - 1], rest[at]];
  if (next === undefined) return ahead === undefined ? null : { priority: ahead.launch.priority, order: orderOf(ahead) + 1 };
  const { priority } = next.launch;
  const low = ahead !== undefined && ahead.launch.priority === priority ? orderOf(ahead) : orderOf(next) - 2;
  return { priority, order: (low + orderOf(next)) / 2 };
}

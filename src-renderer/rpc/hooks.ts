import { startTransition, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Disposable } from '@shared/base/disposable';
import type { CommandInput, CommandName, CommandOutput, StreamFrame, StreamName, StreamParams } from '@shared/contract';
import type { RecordedEvent } from '@shared/model/event';
import { reduceEvents } from '../data/events';
import { LOADING, valueOf, type Asked, type Loadable } from '../data/loadable';
import { loadableOf } from '../data/queries';
import type { Readable } from '../data/store';
import { StreamStore } from '../data/stream-store';
import { useServices } from './context';

export function useReadable<T>(store: Readable<T>): T {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

/** The value of a loadable store, or null while there is none. */
export function useValue<T>(store: Readable<Loadable<T>>): T | null {
  return valueOf(useReadable(store));
}

interface Answer<T> extends Asked {
  readonly answer: Loadable<T>;
}

/** The core's answer to a command; see Queries. */
export function useCommand<N extends CommandName>(name: N, input: CommandInput<N>): Answer<CommandOutput<N>> {
  const { queries } = useServices();
  const key = JSON.stringify(input);
  const asked = useMemo(() => JSON.parse(key) as CommandInput<N>, [key]);
  const { status, data, error, isFetching, dataUpdatedAt } = useQuery(queries.question(name, asked), queries.cache);
  const reload = useCallback(() => queries.renew(name, asked), [queries, name, asked]);
  const answer = useMemo(() => loadableOf<CommandOutput<N>>({ status, data, error }, reload), [status, data, error, reload]);
  return { answer, reload, isAsking: isFetching, answeredAtMs: dataUpdatedAt === 0 ? null : dataUpdatedAt };
}

/**
 * Something that lives as long as the component and is made anew when `make` is another function. Null until it is made.
 * What it is shown by may be a whole page: it is drawn piece by piece, between frames.
 */
export function useDisposable<T extends Disposable>(make: () => T): T | null {
  const [held, setHeld] = useState<T | null>(null);
  useEffect(() => {
    const made = make();
    startTransition(() => setHeld(made));
    return () => {
      setHeld(null);
      made.dispose();
    };
  }, [make]);
  return held;
}

/** The value of a store once it has stood still for `restMs`: for what need not be drawn while a hand still moves it. */
export function useSettled<T>(store: Readable<T>, restMs: number): T {
  const [settled, setSettled] = useState(store.get);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = store.subscribe(() => {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => setSettled(() => store.get()), restMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [store, restMs]);
  return settled;
}

/** As {@link useCommand}, asked for again whenever the stream says that the answer is old. */
export function useAnswer<N extends CommandName>(name: N, input: CommandInput<N>, changes: PlainStream): Answer<CommandOutput<N>> {
  const { client } = useServices();
  const asked = useCommand(name, input);
  const { reload } = asked;
  useEffect(() => {
    const listening = client.subscribe(changes, {}, { onFrame: (_, first) => void (first || reload()) });
    return () => listening.dispose();
  }, [client, changes, reload]);
  return asked;
}

/** The streams that are listened to without parameters. */
type PlainStream = { [N in StreamName]: Record<string, never> extends StreamParams<N> ? N : never }[StreamName];

const LOADING_STORE: Readable<Loadable<never>> = { get: () => LOADING, subscribe: () => () => undefined };

/**
 * A stream folded into one value for as long as the component is there; listened to anew when `params` says something else or `reduce`
 * is another one. Parameters that are made again but say the same change nothing: what is drawn from the value, and the focus on it, stays.
 */
export function useStream<N extends StreamName, T>(
  name: N,
  params: StreamParams<N>,
  reduce: (value: T | null, frame: StreamFrame<N>, first: boolean) => T,
): Loadable<T> {
  const { client } = useServices();
  const key = useMemo(() => JSON.stringify(params), [params]);
  const make = useCallback(
    () => new StreamStore<N, T>(client, name, JSON.parse(key) as StreamParams<N>, reduce),
    [client, name, key, reduce],
  );
  return useReadable<Loadable<T>>(useDisposable(make) ?? LOADING_STORE);
}

/** The events asked for, oldest first, as they come, change and go. */
export function useEvents(scope: StreamParams<'events.live'> & { readonly limit: number }): Loadable<readonly RecordedEvent[]> {
  const { limit } = scope;
  const reduce = useCallback(
    (before: readonly RecordedEvent[] | null, frame: StreamFrame<'events.live'>, first: boolean) =>
      reduceEvents(before, frame, first, limit),
    [limit],
  );
  return useStream('events.live', scope, reduce);
}

import { startTransition, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Disposable } from '@shared/base/disposable';
import type { CommandInput, CommandName, CommandOutput, StreamFrame, StreamName, StreamParams } from '@shared/contract';
import type { RecordedEvent } from '@shared/model/event';
import { CommandStore } from '../data/command-store';
import { reduceEvents } from '../data/events';
import { LOADING, valueOf, type Loadable } from '../data/loadable';
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

/** The commands that are asked without input. */
type PlainCommand = { [N in CommandName]: Record<string, never> extends CommandInput<N> ? N : never }[CommandName];

/** An answer of the core for as long as the component is there; see CommandStore. */
export function useCommand<N extends PlainCommand>(name: N): { readonly answer: Loadable<CommandOutput<N>>; readonly reload: () => void } {
  const { client } = useServices();
  const store = useMemo(() => new CommandStore<N>(client, name, {} as CommandInput<N>), [client, name]);
  useEffect(() => {
    const running = store.start();
    return () => running.dispose();
  }, [store]);
  return { answer: useReadable(store), reload: store.reload };
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

/** A command's answer, asked for when the component comes, whenever `input` is another object, and when the stream says that it is old. */
export function useAnswer<N extends CommandName>(
  name: N,
  input: CommandInput<N>,
  changes: PlainStream,
): { readonly answer: Loadable<CommandOutput<N>>; readonly reload: () => void } {
  const { client } = useServices();
  const store = useMemo(() => new CommandStore(client, name, input), [client, name, input]);
  useEffect(() => {
    const running = store.start();
    const listening = client.subscribe(changes, {}, { onFrame: (_, first) => void (first || store.reload()) });
    return () => {
      listening.dispose();
      running.dispose();
    };
  }, [client, store, changes]);
  return { answer: useReadable(store), reload: store.reload };
}

/** The streams that are listened to without parameters. */
type PlainStream = { [N in StreamName]: Record<string, never> extends StreamParams<N> ? N : never }[StreamName];

const LOADING_STORE: Readable<Loadable<never>> = { get: () => LOADING, subscribe: () => () => undefined };

/** A stream folded into one value for as long as the component is there; listened to anew when `params` or `reduce` is another one. */
export function useStream<N extends StreamName, T>(
  name: N,
  params: StreamParams<N>,
  reduce: (value: T | null, frame: StreamFrame<N>, first: boolean) => T,
): Loadable<T> {
  const { client } = useServices();
  const make = useCallback(() => new StreamStore<N, T>(client, name, params, reduce), [client, name, params, reduce]);
  return useReadable<Loadable<T>>(useDisposable(make) ?? LOADING_STORE);
}

/** The events asked for, oldest first, as they come, change and go. `scope` is the same object until it is another query. */
export function useEvents(scope: StreamParams<'events.live'> & { readonly limit: number }): Loadable<readonly RecordedEvent[]> {
  const { limit } = scope;
  const reduce = useCallback(
    (before: readonly RecordedEvent[] | null, frame: StreamFrame<'events.live'>, first: boolean) =>
      reduceEvents(before, frame, first, limit),
    [limit],
  );
  return useStream('events.live', scope, reduce);
}

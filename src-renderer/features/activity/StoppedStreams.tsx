import { useMemo, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { Readable, Store } from '../../data/store';
import { useLink, useServices } from '../../rpc/context';
import { useReadable } from '../../rpc/hooks';
import { StreamNote } from '../../ui/StreamNote';
import styles from './activity.module.css';

/** A banner while something that every page shares comes no more, though the core is there: no figure stands still unsaid. */
export function StoppedStreams(): ReactNode {
  const { shared } = useServices();
  const online = useReadable(useLink().state).kind === 'online';
  const failure = useReadable(useMemo(() => firstOf(shared.map((stream) => stream.failure)), [shared]));
  if (failure === null || !online) return null;
  return (
    <div className={styles['banner']}>
      <StreamNote error={failure} onResume={() => shared.forEach((stream) => stream.resume())} />
    </div>
  );
}

/** The first failure of several. */
function firstOf(failures: readonly Store<AppError | null>[]): Readable<AppError | null> {
  return {
    get: () => failures.map((failure) => failure.get()).find((error) => error !== null) ?? null,
    subscribe: (listener) => {
      const stops = failures.map((failure) => failure.subscribe(listener));
      return () => stops.forEach((stop) => stop());
    },
  };
}

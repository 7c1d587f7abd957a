import { useMemo, type ReactNode } from 'react';
import { firstFailure } from '../../data/interruption';
import { useLink, useServices } from '../../rpc/context';
import { useReadable } from '../../rpc/hooks';
import { StreamNote } from '../../ui/StreamNote';
import styles from './activity.module.css';

/** A banner while something that every page shares comes no more, though the core is there: no figure stands still unsaid. */
export function StoppedStreams(): ReactNode {
  const { shared } = useServices();
  const online = useReadable(useLink().state).kind === 'online';
  const failure = useReadable(useMemo(() => firstFailure(shared.map((stream) => stream.failure)), [shared]));
  if (failure === null || !online) return null;
  return (
    <div className={styles['banner']}>
      <StreamNote error={failure} onResume={() => shared.forEach((stream) => stream.resume())} />
    </div>
  );
}

import { toDisposable, type Disposable } from '@shared/base/disposable';

/**
 * What nobody caught ends this process, told by `tell` and not by Node, whose own words would be the error's, whatever
 * stands in them.
 */
export function onFatalError(tell: (text: string) => void): Disposable {
  const listener = (error: unknown): void => {
    try {
      tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      process.exit(1);
    }
  };
  process.on('uncaughtException', listener);
  return toDisposable(() => process.off('uncaughtException', listener));
}

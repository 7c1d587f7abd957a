import type { Disposable } from '../base/disposable';
import type { CommandName, Commands, StreamName, Streams } from '../contract';
import type { AppError } from '../contract/errors';
import type { z } from 'zod';

/** Told to a handler when its caller cancelled or went away. */
export interface Cancellation {
  readonly cancelled: boolean;
  onCancel(listener: () => void): Disposable;
}

/** Where a stream's handler puts its frames. Pushing after `end` or after disposal does nothing. */
export interface FrameSink<F> {
  push(frame: F): void;
  /**
   * Resolves when the caller has read enough for more to make sense. A stream that has much to send at once awaits this between
   * frames. A frame pushed before is left out, and the caller subscribes anew once it reads again: right for what is live.
   */
  ready(): Promise<void>;
  /** Ends the stream; with an error when it failed. */
  end(error?: AppError): void;
}

/** Input has passed its schema. Throw an AppError for an expected failure; anything else reaches the caller as `internal`. */
export type CommandHandlers = {
  [N in CommandName]: (
    input: z.output<Commands[N]['input']>,
    cancellation: Cancellation,
  ) => Promise<z.input<Commands[N]['output']>> | z.input<Commands[N]['output']>;
};

/** Starts a stream; what it returns stops it (called on unsubscribe, on a closed port, and after `end`). */
export type StreamHandlers = {
  [N in StreamName]: (params: z.output<Streams[N]['params']>, sink: FrameSink<z.input<Streams[N]['frame']>>) => Disposable;
};

/** All the core answers. */
export interface Api {
  readonly commands: CommandHandlers;
  readonly streams: StreamHandlers;
}

import { commands, streams } from '@shared/contract';
import { createPortPair } from '@shared/rpc/pair';
import { serve, type ServeOptions } from '@shared/rpc/server';
import { defaultSettings } from '@shared/model/settings';
import type { Api, CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import type { Port } from '@shared/rpc/port';

/** An api that answers what the test names; everything else fails as unexpected. */
export function stubApi(parts: { commands?: Partial<CommandHandlers>; streams?: Partial<StreamHandlers> } = {}): Api {
  const fail = (name: string) => () => {
    throw new Error(`the test did not expect ${name}`);
  };
  const defaults = (names: object): object => Object.fromEntries(Object.keys(names).map((name) => [name, fail(name)]));
  return {
    commands: { ...(defaults(commands) as CommandHandlers), ...parts.commands },
    streams: { ...(defaults(streams) as StreamHandlers), ...parts.streams },
  };
}

/** Lets everything that is already under way in memory happen. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

export interface RawClient {
  readonly port: Port;
  readonly received: unknown[];
  readonly log: string[];
  readonly closed: () => boolean;
}

/** A server with a hand-driven far end, for messages no client of ours would send. */
export function serveRaw(api: Api, options: Partial<ServeOptions> = {}): RawClient {
  const [near, far] = createPortPair();
  const log: string[] = [];
  const received: unknown[] = [];
  let closed = false;
  far.onMessage((message) => received.push(message));
  far.onClose(() => {
    closed = true;
  });
  serve(near, api, { log: (level, text) => log.push(`${level} ${text}`), ...options });
  return { port: far, received, log, closed: () => closed };
}

export const settings = defaultSettings;

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { CollectorSettings } from '@shared/model/collector';
import type { CollectorKind } from '../../../../src-main/core/telemetry/collector-kind';

/** What a meter shows; a transport that knows no volts and amps tells its power alone. */
export interface Shown {
  readonly watts: number;
  readonly volts: number;
  readonly amps: number;
}

/** A real device, service or broker of one transport, whose figures the test sets. */
export interface Peer {
  readonly kind: CollectorKind;
  readonly settings: CollectorSettings;
  /** Where its power lies below the feed's device, as `told` of helpers/feed.ts writes it. */
  readonly power: string;
  /** Shows it from now on; what it shows may take a moment to be told. */
  show(shown: Shown): Promise<void>;
  /** Ends it as a power cut does; {@link start} brings it back at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** With all that belongs to it. */
  close(): Promise<void>;
}

/** A transport and how its peer comes up. */
export interface PeerMaker {
  readonly name: string;
  /** What it needs beside Node: a program, and Debian's packages with it. */
  readonly needs: { readonly isThere: boolean; readonly program: string; readonly packages: string };
  /** Whether it can tell of power that goes out: IPMI's DCMI counts from zero. */
  readonly hasSign: boolean;
  make(): Promise<Peer>;
}

export const NOTHING_NEEDED = { isThere: true, program: 'node', packages: '' } as const;

/** A folder for what a peer's program reads; it goes with the peer. */
export function peerFolder(): { readonly path: string; readonly file: (name: string) => string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'coldaisle-peer-'));
  return { path, file: (name) => join(path, name), remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Ends a program at once and waits until it is gone. */
export async function killed(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await ended;
}

import { Emitter } from '@shared/base/emitter';
import type { LaunchedProcess, OutputCut, ProcessExit } from '../core/jobs/launcher';

/** What every way of running a program tells of it. */
export class ProcessEvents {
  readonly lines: Emitter<string>;
  readonly text: Emitter<{ readonly source: 'stdout' | 'stderr'; readonly text: string }>;
  readonly cuts: Emitter<OutputCut>;
  readonly delivered: Emitter<undefined>;
  readonly exits: Emitter<ProcessExit>;
  private over = false;

  constructor(onListenerError: (error: unknown) => void) {
    this.lines = new Emitter(onListenerError);
    this.text = new Emitter(onListenerError);
    this.cuts = new Emitter(onListenerError);
    this.delivered = new Emitter(onListenerError);
    this.exits = new Emitter(onListenerError);
  }

  get ended(): boolean {
    return this.over;
  }

  /** The last that is told. */
  end(exit: ProcessExit): void {
    if (this.over) return;
    this.over = true;
    this.exits.emit(exit);
    for (const emitter of [this.lines, this.text, this.cuts, this.delivered, this.exits]) emitter.clear();
  }

  readonly listening: Pick<LaunchedProcess, 'onLine' | 'onText' | 'onCut' | 'onDelivered' | 'onExit'> = {
    onLine: (listener) => this.lines.on(listener),
    onText: (listener) => this.text.on((piece) => listener(piece.source, piece.text)),
    onCut: (listener) => this.cuts.on(listener),
    onDelivered: (listener) => this.delivered.on(() => listener()),
    onExit: (listener) => this.exits.on(listener),
  };
}

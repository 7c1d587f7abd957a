import type { Disposable } from '@shared/base/disposable';
import { LOG_PAGE_MAX, type RunLogPage } from '@shared/model/run-log';
import type { RpcClient } from '@shared/rpc/client';

/** Prints what a run's program prints, as its log has it, each line once. */
export class OutputLines implements Disposable {
  private readonly subscription: Disposable;
  private position = 1;
  private asking: Promise<void> | null = null;
  private again = false;

  constructor(
    private readonly client: RpcClient,
    private readonly runId: string,
    private readonly line: (text: string) => void,
  ) {
    this.subscription = client.subscribe('run.log', { runId }, { onFrame: () => void this.more() });
  }

  /** Prints what there is up to now. Never rejects: the log itself has the rest. */
  rest(): Promise<void> {
    return this.more();
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private more(): Promise<void> {
    this.again = true;
    return (this.asking ??= this.ask().finally(() => (this.asking = null)));
  }

  private async ask(): Promise<void> {
    try {
      while (this.again) {
        this.again = false;
        for (let from: number | null = this.position; from !== null;) {
          const page: RunLogPage = await this.client.call('runs.log', {
            runId: this.runId,
            query: { fromLine: from, limit: LOG_PAGE_MAX },
          });
          for (const { seq, source, text } of page.lines) {
            if (seq < this.position) continue;
            this.position = seq + 1;
            this.line(source === 'core' ? `[coldaisle] ${text}` : text);
          }
          from = page.next;
        }
      }
    } catch {
      // The core is closing.
    }
  }
}

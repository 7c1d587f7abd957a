/** Sends what stands in a field once, however often it is meant while it is under way; another text is sent by itself. */
export class CommitOnce {
  private sent: string | null = null;

  async commit(text: string, send: () => Promise<void>): Promise<void> {
    if (this.sent === text) return;
    this.sent = text;
    try {
      await send();
    } finally {
      if (this.sent === text) this.sent = null;
    }
  }
}

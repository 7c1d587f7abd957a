import type { Settings, SettingsPatch } from '@shared/model/settings';
import type { RpcClient } from '@shared/rpc/client';

/** The change as it is on these settings; null = there is nothing to change. */
export type SettingsChange = (settings: Settings) => SettingsPatch | null;

/**
 * Changes of the settings, one after the other. A change carries its whole section, so each is made on what the core
 * holds by then: two that follow each other faster than the core answers keep each other.
 */
export class SettingsChanges {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly client: RpcClient) {}

  /** Settles when the core has it. @throws {AppError} as `settings.get` and `settings.set`; those after it go on */
  make(change: SettingsChange): Promise<void> {
    const made = this.last.then(async () => {
      const patch = change(await this.client.call('settings.get', {}));
      if (patch !== null) await this.client.call('settings.set', patch);
    });
    this.last = made.catch(() => undefined);
    return made;
  }
}

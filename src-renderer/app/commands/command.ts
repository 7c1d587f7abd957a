import type { Services } from '../../data/services';
import type { TextKey } from '../../i18n';
import type { IconName } from '../../ui/Icon';

/** What a command acts on. */
export interface CommandContext {
  readonly services: Services;
  readonly show: (overlay: Overlay) => void;
}

export type Overlay = 'palette' | 'shortcuts';

/** Something a person can have done from anywhere, by the palette or by a key. */
export interface Command {
  /** Stands in the settings, beside the key that a person chose for it. */
  readonly id: string;
  readonly title: TextKey;
  readonly icon: IconName;
  /** The key it comes with, as `keyOf` (keys.ts) writes it. */
  readonly key?: string;
  readonly run: (context: CommandContext) => void;
}

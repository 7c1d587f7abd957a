import { useState } from 'react';
import type { SettingsChange } from '../data/settings-changes';
import type { Save } from '../rpc/use-save';
import { CommitOnce } from './commit-once';

/**
 * Saves what stands in a field once: Enter, and leaving the field while that is under way, are one.
 * `settle` hears what was saved: what was typed meanwhile stays.
 */
export function useCommit(save: Save): (text: string, change: SettingsChange, settle: (saved: string) => void) => void {
  const [once] = useState(() => new CommitOnce());
  return (text, change, settle) => void once.commit(text, () => save.save(change, () => settle(text)));
}

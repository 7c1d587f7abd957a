/** The address of a device's or node's page, behind #. */
export function deviceHash(device: string): string {
  return `#/device/${encodeURIComponent(device)}`;
}

/** The address of a history view (data/history-link.ts), behind #. */
export function historyHash(view: string): string {
  return `#/history?${view}`;
}

/** The pages below Settings. */
export const settingsSections = ['general', 'sources', 'secrets'] as const;
export type SettingsSection = (typeof settingsSections)[number];
export const settingsHash = (section: SettingsSection): string => (section === 'general' ? '#/settings' : `#/settings/${section}`);

/** The address of the processes on one GPU; null = all of this machine. */
export const processesHash = (gpu: string | null): string => (gpu === null ? '#/processes' : `#/processes?gpu=${encodeURIComponent(gpu)}`);

import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { HostStatus } from '@shared/model/host-status';
import type { Jobs } from './jobs/jobs-api';
import type { SettingsService } from './settings';

/** Tells the status now, and again whenever it is another. */
export function watchHostStatus({
  settings,
  jobs,
  tell,
}: {
  settings: SettingsService;
  jobs: Jobs;
  tell: (status: HostStatus) => void;
}): Disposable {
  const listening = new DisposableStore();
  let told = '';
  const look = (): void => {
    const { ui, desktop } = settings.current;
    const status: HostStatus = { language: ui.language, ...desktop, ...jobs.counts() };
    const text = JSON.stringify(status);
    if (text === told) return;
    told = text;
    tell(status);
  };
  listening.add(settings.onChange(look));
  listening.add(jobs.onRun(look));
  listening.add(jobs.onDeleted(look));
  look();
  return listening;
}

import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { RuntimeStatus } from '@shared/model/runtime-status';
import type { Jobs } from './jobs/jobs-api';
import type { SettingsService } from './settings';

/** Tells the status now, and again whenever it is another. */
export function watchRuntimeStatus({
  settings,
  jobs,
  tell,
}: {
  settings: SettingsService;
  jobs: Jobs;
  tell: (status: RuntimeStatus) => void;
}): Disposable {
  const listening = new DisposableStore();
  let told = '';
  const look = (): void => {
    const { ui, desktop } = settings.current;
    const status: RuntimeStatus = { language: ui.language, ...desktop, ...jobs.counts() };
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

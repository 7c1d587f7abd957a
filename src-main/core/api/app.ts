import type { appCommands } from '@shared/contract/app';
import type { DoctorItem } from '@shared/model/doctor';
import type { CommandHandlers } from '@shared/rpc/api';
import { message } from '@shared/text/message';
import { privacyOf } from '../store/file/private';
import type { CoreOptions } from '../options';
import type { SettingsService } from '../settings';
import { blocksItem } from './blocks-item';
import { ledgerItem } from './ledger-item';
import { fontsItems } from './fonts-item';
import { keepingItem } from './keeping-item';
import { secretsItem } from './secrets-item';
import type { Services } from './services';

/** Sections of the settings that cannot be read; none = no item. */
function settingsItem({ unreadable }: SettingsService): DoctorItem[] {
  if (unreadable.length === 0) return [];
  const item = { id: 'storage.settings', group: 'storage', name: message('doctor.item.storage.settings') } as const;
  const sections = unreadable.map(({ section, why }) => `${section} (${why})`).join('; ');
  return [
    { ...item, state: 'failing', detail: message('message.settings.unreadable', { sections }), repair: message('message.settings.repair') },
  ];
}

/** Where the log is kept. */
function logItem({ logFile }: CoreOptions): DoctorItem[] {
  if (!logFile) return [];
  const { path, failure } = logFile;
  const item = { id: 'storage.log', group: 'storage', name: message('doctor.item.storage.log') } as const;
  if (failure === null) return [{ ...item, state: 'works', detail: path, repair: null }];
  return [{ ...item, state: 'failing', detail: `${path}: ${failure}`, repair: message('message.log.repair') }];
}

/** Whether only the user who runs this can read what is recorded. */
function privacyItem({ dataDir }: CoreOptions): DoctorItem {
  const item = { id: 'storage.private', group: 'storage', name: message('doctor.item.storage.private') } as const;
  const privacy = privacyOf(dataDir);
  switch (privacy.state) {
    case 'private':
      return { ...item, state: 'works', detail: message('message.private.works', { path: dataDir }), repair: null };
    case 'shared':
      return { ...item, state: 'works', detail: message('message.private.shared', { path: dataDir }), repair: null };
    case 'open': {
      const [path = dataDir] = privacy.paths;
      return {
        ...item,
        state: 'failing',
        detail: message('message.private.open', { path, count: privacy.paths.length }),
        repair: `chmod -R go-rwx '${path}'`,
      };
    }
  }
}

type Own = Pick<CommandHandlers, keyof typeof appCommands>;

export function appApi({ options, startedAtMs, store, reader, settings, telemetry, ledger, engines, secrets }: Services): Own {
  return {
    'app.info': () => ({
      version: options.version,
      runtime: options.runtime,
      platform: `${process.platform}-${process.arch}`,
      dataDir: options.dataDir,
      scenario: options.scenario ?? null,
      databaseBytes: store.file.bytes(),
      startedAtMs,
      notices: store.setAside === null ? [] : [{ code: 'database-set-aside', detail: store.setAside }],
    }),
    'log.read': () => ({ path: options.logFile?.path ?? null, text: options.logFile?.tail() ?? '' }),
    'inventory.get': () => telemetry.inventory(),
    'doctor.report': async () => {
      const [sensors, engineItems, blocks, booked, secretItems, fonts] = await Promise.all([
        telemetry.doctor(),
        engines.doctor(),
        blocksItem(reader, settings.current.retention),
        ledgerItem(reader, settings.current.retention),
        secretsItem(secrets.vault),
        fontsItems(),
      ]);
      return {
        items: [
          ...sensors,
          ...ledger.counters.doctor(),
          ...engineItems,
          blocks,
          booked,
          keepingItem(store.samples.keeping),
          ...settingsItem(settings),
          ...logItem(options),
          privacyItem(options),
          ...secretItems,
          ...fonts,
        ].map((item) => secrets.redactor.redactItem(item)),
      };
    },
  };
}

import type { CommandHandlers } from '@shared/rpc/api';
import type { Services } from './services';

type Own = Pick<CommandHandlers, 'app.info' | 'inventory.get' | 'doctor.report' | 'engines.list'>;

export function appApi({ options, startedAtMs, writer, telemetry, engines }: Services): Own {
  return {
    'app.info': () => ({
      version: options.version,
      host: options.host,
      platform: `${process.platform}-${process.arch}`,
      dataDir: options.dataDir,
      scenario: options.scenario ?? null,
      databaseBytes: writer.databaseBytes(),
      startedAtMs,
      notices: writer.setAside === null ? [] : [{ code: 'database-set-aside', detail: writer.setAside }],
    }),
    'inventory.get': () => telemetry.inventory(),
    'doctor.report': async () => {
      const [sensors, engineItems] = await Promise.all([telemetry.doctor(), engines.doctor()]);
      return { items: [...sensors, ...engineItems] };
    },
    'engines.list': async () => ({ engines: await engines.list() }),
  };
}

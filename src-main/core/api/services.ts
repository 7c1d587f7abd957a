import type { Room } from '../energy/room-service';
import type { Jobs } from '../jobs/jobs';
import type { EngineProbe } from '../jobs/engines';
import type { CoreOptions } from '../options';
import type { DeviceRegistry } from '../devices/registry';
import type { DeviceTreeService } from '../rooms/device-tree';
import type { SettingsService } from '../settings';
import type { StoreReader, StoreWriter } from '../store/types';
import type { Backups } from '../transfer/backups';
import type { Imports } from '../transfer/imports';
import type { Telemetry } from '../telemetry/telemetry';

/** All the services the contract is bound to. */
export interface Services {
  readonly options: CoreOptions;
  readonly startedAtMs: number;
  readonly writer: StoreWriter;
  readonly reader: StoreReader;
  readonly telemetry: Telemetry;
  readonly jobs: Jobs;
  readonly engines: EngineProbe;
  readonly settings: SettingsService;
  readonly tree: DeviceTreeService;
  readonly devices: DeviceRegistry;
  readonly backups: Backups;
  readonly imports: Imports;
  readonly room: Room;
}

import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { Port } from '@shared/rpc/port';
import { serve } from '@shared/rpc/server';
import { defineService } from '../service';
import { bindApi } from './index';
import { servedServices } from './services';

/** Serves the contract on the ports of pages. */
export interface Connections {
  /** Until the port closes or the returned handle is disposed. */
  connect(port: Port): Disposable;
}

export const apiService = defineService({
  name: 'api',
  needs: servedServices,
  start(services, { options, log, onStop }): Connections {
    const { dataDir } = services.scenario;
    const api = bindApi({ ...services, options: { ...options, dataDir }, startedAtMs: Date.now() });
    const ports = new DisposableStore();
    onStop(() => ports.dispose());
    return {
      connect(port) {
        const served = ports.add(serve(port, api, { log, redact: services.secrets.redactor.redactMessage }));
        port.onClose(() => ports.remove(served));
        return served;
      },
    };
  },
});

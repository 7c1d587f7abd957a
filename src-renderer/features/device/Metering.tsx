import { useId, type ReactNode } from 'react';
import { AppError } from '@shared/contract/errors';
import { gpuDeviceOf, withGpuDevice } from '@shared/model/gpu-settings';
import { isCounted, withCounted } from '@shared/model/power-settings';
import type { Settings, SettingsPatch } from '@shared/model/settings';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { Select } from '../../ui/Select';
import { useSave } from '../../rpc/use-save';

/** The whole steps in a second that are worth a choice; one typed elsewhere is shown too. */
const RATES = [1, 2, 5, 10];
const AS_ALL = 'all';
/** NVML's GPUs of this machine: the only ones that can be read faster than once a second. */
const FAST = /^gpu\d+$/;

/** How this GPU is metered: how often, and whether its power counts. A change takes effect at once and is kept. */
export function Metering({ device }: { readonly device: string }): ReactNode {
  const { t } = useTexts();
  const settings = useValue(useServices().settings);
  return (
    <section className="facts" aria-label={t('device.metering')} data-testid="device-metering">
      <h2>{t('device.metering')}</h2>
      {settings === null ? null : <MeteringForm device={device} settings={settings} />}
    </section>
  );
}

function MeteringForm({ device, settings: { gpu, power } }: { readonly device: string; readonly settings: Settings }): ReactNode {
  const { t, format } = useTexts();
  const id = useId();
  const save = useSave();
  const own = gpuDeviceOf(gpu, device);
  const counted = isCounted(power, device);
  const set = (change: (settings: Settings) => SettingsPatch): void => void save.save(change, () => undefined);
  // Read at once: a controlled box shows the setting again before the change is made.
  const count = (checked: boolean): void => set((settings) => ({ power: withCounted(settings.power, device, checked) }));
  const rates = [...new Set([...RATES, ...(own.hz === null ? [] : [own.hz])])].sort((a, b) => a - b);
  return (
    <>
      <dl className="fact-list metering-list">
        {FAST.test(device) ? (
          <div>
            <dt>
              <label htmlFor={`${id}-hz`}>{t('device.metering.rate')}</label>
            </dt>
            <dd>
              <Select
                id={`${id}-hz`}
                value={own.hz === null ? AS_ALL : String(own.hz)}
                options={[
                  { value: AS_ALL, label: t('device.metering.asAll', { hz: format.plain(gpu.hz) }) },
                  ...rates.map((hz) => ({ value: String(hz), label: `${format.plain(hz)} Hz` })),
                ]}
                onChange={(chosen) =>
                  set((settings) => ({ gpu: withGpuDevice(settings.gpu, device, { hz: chosen === AS_ALL ? null : Number(chosen) }) }))
                }
                testId="gpu-hz"
              />
            </dd>
          </div>
        ) : null}
        <div>
          <dt>
            <label htmlFor={`${id}-counted`}>{t('device.metering.counted')}</label>
          </dt>
          <dd>
            <input
              id={`${id}-counted`}
              type="checkbox"
              checked={counted}
              onChange={(event) => count(event.target.checked)}
              data-testid="gpu-counted"
            />
          </dd>
        </div>
      </dl>
      {counted ? null : <p className="facts-note">{t('device.metering.excluded')}</p>}
      {save.state instanceof AppError ? (
        <p className="field-error" role="alert">
          {errorText(t, save.state)}
        </p>
      ) : null}
    </>
  );
}

import type { ReactNode } from 'react';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { QuantityText } from '../../ui/QuantityText';

/** What the present parameters make of the present IT power: changes show here at the next tick. */
export function Consequence(): ReactNode {
  const { t } = useTexts();
  const room = useValue(useServices().room);
  return (
    <dl className="consequence" aria-label={t('settings.now')} data-testid="settings-now">
      {(
        [
          ['room.itPower', room?.itPowerW ?? null, 1],
          ['room.facilityPower', room?.facilityPowerW ?? null, 1],
          ['room.powerRatio', room?.powerRatio ?? null, 3],
          ['room.cost', room?.costPerHour ?? null, 4],
          ['room.co2e', room?.co2ePerHourKg ?? null, 4],
        ] as const
      ).map(([key, quantity, digits]) => (
        <div key={key}>
          <dt>{t(key)}</dt>
          <dd>
            <QuantityText quantity={quantity} digits={digits} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

import type { ReactNode } from 'react';
import { useServices } from '../../rpc/context';
import { useReadable } from '../../rpc/hooks';
import { ErrorNote } from '../../ui/ErrorNote';
import { Skeleton } from '../../ui/Skeleton';
import { Consequence } from './Consequence';
import { FacilitySection } from './FacilitySection';
import { ProgramsSection } from './ProgramsSection';
import { RetentionSection } from './RetentionSection';
import { DesktopSection, GpuSection, HostSection, LookSection, PriceSection } from './sections';
import { UnreadableNote } from './UnreadableNote';

/** Every parameter of the whole with its unit, default and source; a change is applied when the field is left. */
export function GeneralSettings(): ReactNode {
  const settings = useReadable(useServices().settings);
  if (settings.state === 'loading') return <Skeleton lines={12} />;
  if (settings.state === 'failed') return <ErrorNote error={settings.error} onRetry={settings.resume} />;
  return (
    <>
      <UnreadableNote settings={settings.value} />
      <Consequence />
      <div className="settings-columns">
        <div>
          <PriceSection settings={settings.value} />
          <HostSection settings={settings.value} />
          <GpuSection settings={settings.value} />
          <RetentionSection settings={settings.value} />
          <ProgramsSection />
          <DesktopSection settings={settings.value} />
          <LookSection settings={settings.value} />
        </div>
        <FacilitySection settings={settings.value} />
      </div>
    </>
  );
}

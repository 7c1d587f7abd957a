import { useEffect, useState, type ReactNode, type RefObject } from 'react';
import { saveFile } from '../../data/save-file';
import { useTexts } from '../../i18n/use-texts';
import { IconButton } from '../../ui/Button';
import { useToast } from '../../ui/Toasts';

interface ChartToolsProps {
  readonly top: number;
  readonly fileName: string;
  /** The chart with its legend. */
  readonly chart: RefObject<HTMLElement | null>;
  readonly makePng: () => Promise<Blob | null>;
}

/** What every chart of lines can do: be saved as a picture, and fill the screen. */
export function ChartTools({ top, fileName, chart, makePng }: ChartToolsProps): ReactNode {
  const { t } = useTexts();
  const toast = useToast();
  const [isLarge, setLarge] = useState(false);
  useEffect(() => (isLarge && chart.current ? fillScreen(chart.current, () => setLarge(false)) : undefined), [isLarge, chart]);
  const save = (): void => {
    makePng().then(
      (blob) => (blob ? saveFile(blob, `${fileName}.png`) : toast(({ t }) => t('ui.chart.pngFailed'), 'bad')),
      () => toast(({ t }) => t('ui.chart.pngFailed'), 'bad'),
    );
  };
  return (
    <span className="chart-tools" style={{ top }}>
      <IconButton icon="picture" label={t('ui.chart.png')} onClick={save} data-testid="chart-png" />
      <IconButton
        icon={isLarge ? 'shrink' : 'expand'}
        label={t(isLarge ? 'ui.chart.shrink' : 'ui.chart.expand')}
        aria-pressed={isLarge}
        onClick={() => setLarge(!isLarge)}
        data-testid="chart-expand"
      />
    </span>
  );
}

/**
 * Lays the element over the whole page, and the page over the whole screen where that is allowed. What lies below cannot be
 * reached meanwhile; dialogs and messages still come above it.
 * @param onEnd Escape was pressed, or the screen was given back
 */
function fillScreen(element: HTMLElement, onEnd: () => void): () => void {
  const covered: HTMLElement[] = [];
  for (let at: HTMLElement | null = element; at && at !== document.body; at = at.parentElement)
    for (const beside of at.parentElement?.children ?? [])
      if (beside instanceof HTMLElement && beside !== at && !beside.inert && beside.role !== 'status') covered.push(beside);
  for (const beside of covered) beside.inert = true;
  element.dataset['large'] = 'true';
  const root = document.documentElement;
  // A window that may not fill the screen is filled itself.
  void root.requestFullscreen().catch(() => undefined);
  let wasFull = false;
  const onChange = (): void => {
    if (wasFull && document.fullscreenElement === null) onEnd();
    wasFull = document.fullscreenElement !== null;
  };
  const onKey = (event: KeyboardEvent): void => {
    // A dialog, or a value that is held, takes its own Escape first.
    if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('[data-modal]')) return;
    event.preventDefault();
    onEnd();
  };
  document.addEventListener('fullscreenchange', onChange);
  element.addEventListener('keydown', onKey);
  return () => {
    document.removeEventListener('fullscreenchange', onChange);
    element.removeEventListener('keydown', onKey);
    for (const beside of covered) beside.inert = false;
    delete element.dataset['large'];
    if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
  };
}

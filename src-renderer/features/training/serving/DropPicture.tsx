import { useState, type DragEvent, type ReactNode } from 'react';
import { useTexts } from '../../../i18n/use-texts';
import { Toggle } from '../../../ui/Toggle';
import type { PictureSize } from './model-input';
import styles from './serving.module.css';

/** Shares of red, green and blue in what the eye sees as bright (ITU-R BT.601). */
const LUMA = [0.299, 0.587, 0.114] as const;

/** A picture at the model's size, from 0 to 1. @throws Error where the file is no picture */
async function pixelsOf(file: File, { width, height, channels }: PictureSize, inverted: boolean): Promise<Float32Array> {
  const picture = await createImageBitmap(file);
  try {
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.drawImage(picture, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const values = new Float32Array(width * height * channels);
    for (let i = 0; i < width * height; i++) {
      const colours = [0, 1, 2].map((k) => (data[4 * i + k] ?? 0) / 255);
      const told = channels === 3 ? colours : [colours.reduce((sum, value, k) => sum + value * (LUMA[k] ?? 0), 0)];
      told.forEach((value, k) => (values[i * channels + k] = inverted ? 1 - value : value));
    }
    return values;
  } finally {
    picture.close();
  }
}

interface DropPictureProps {
  readonly size: PictureSize;
  readonly onPixels: (pixels: Float32Array) => void;
}

/** Takes a picture from a file, dropped or chosen, at the size that the model has. */
export function DropPicture({ size, onPixels }: DropPictureProps): ReactNode {
  const { t, format } = useTexts();
  const [file, setFile] = useState<File | null>(null);
  const [inverted, setInverted] = useState(false);
  const [isNone, setNone] = useState(false);

  const take = (taken: File | null | undefined, isInverted: boolean): void => {
    if (!taken) return;
    setFile(taken);
    pixelsOf(taken, size, isInverted).then(
      (pixels) => {
        setNone(false);
        onPixels(pixels);
      },
      () => setNone(true),
    );
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    take(event.dataTransfer.files[0], inverted);
  };

  return (
    <div className={styles['drop']} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <label className={styles['dropLabel']}>
        <span>{file?.name ?? t('run.try.picture.drop')}</span>
        <input
          type="file"
          accept="image/*"
          aria-label={t('run.try.picture.choose')}
          data-testid="try-file"
          onChange={(event) => take(event.target.files?.[0], inverted)}
        />
      </label>
      <p className={styles['hint']}>
        {t('run.try.picture.hint', { width: format.number(size.width, 0), height: format.number(size.height, 0) })}
      </p>
      <Toggle
        label={t('run.try.invert')}
        hint={t('run.try.invert.hint')}
        on={inverted}
        onChange={(on) => {
          setInverted(on);
          take(file, on);
        }}
        testId="try-invert"
      />
      {isNone ? (
        <p role="alert" className="field-error">
          {t('run.try.picture.none')}
        </p>
      ) : null}
    </div>
  );
}

import { useRef, type PointerEvent, type ReactNode } from 'react';
import { useTexts } from '../../../i18n/use-texts';
import { Button } from '../../../ui/Button';
import { digitOf } from './digit';
import styles from './serving.module.css';

/** Sides of the drawing, and the width of its pen, in pixels: a stroke of MNIST is about two of its 28 wide. */
const SIDE = 280;
const PEN = 22;

/** A field to draw a digit in; each stroke that ends is told as MNIST has it. */
export function DrawDigit({
  onDigit,
  onClear,
}: {
  readonly onDigit: (digit: Float32Array) => void;
  readonly onClear: () => void;
}): ReactNode {
  const { t } = useTexts();
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ readonly x: number; readonly y: number } | null>(null);

  const position = (event: PointerEvent<HTMLCanvasElement>): { x: number; y: number } => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    return { x: ((event.clientX - left) / width) * SIDE, y: ((event.clientY - top) / height) * SIDE };
  };
  const stroke = (event: PointerEvent<HTMLCanvasElement>): void => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    const from = last.current;
    if (!context || from === null) return;
    const to = position(event);
    context.lineWidth = PEN;
    context.lineCap = 'round';
    context.strokeStyle = getComputedStyle(event.currentTarget).color;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    last.current = to;
  };
  const begin = (event: PointerEvent<HTMLCanvasElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    last.current = position(event);
    stroke(event);
  };
  const end = (): void => {
    if (last.current === null) return;
    last.current = null;
    const pixels = canvas.current?.getContext('2d')?.getImageData(0, 0, SIDE, SIDE).data;
    if (pixels === undefined) return;
    // What is drawn is opaque, whatever its colour.
    const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => (pixels[4 * i + 3] ?? 0) / 255);
    const digit = digitOf({ width: SIDE, height: SIDE, values });
    if (digit !== null) onDigit(digit);
  };
  const clear = (): void => {
    canvas.current?.getContext('2d')?.clearRect(0, 0, SIDE, SIDE);
    onClear();
  };

  return (
    <div className={styles['draw']}>
      <canvas
        ref={canvas}
        width={SIDE}
        height={SIDE}
        role="img"
        aria-label={t('run.try.draw.label')}
        className={styles['canvas']}
        data-testid="try-canvas"
        onPointerDown={begin}
        onPointerMove={stroke}
        onPointerUp={end}
        onPointerCancel={end}
      />
      <Button tone="quiet" icon="reset" onClick={clear} data-testid="try-clear">
        {t('run.try.clear')}
      </Button>
    </div>
  );
}

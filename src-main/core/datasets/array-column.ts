import { elementsOf, type ColumnData, type Elements } from '@shared/datasets/column';

/** Smallest side of what is taken for an image, pixels. */
const LEAST_SIDE = 8;
const CHANNELS = new Set([1, 3, 4]);

/** Rows of an array as a column: numbers where a row is one, images where it looks like one, else vectors. */
export function arrayColumn(shape: readonly number[], values: Elements): ColumnData {
  if (elementsOf(shape) === 1) return { type: 'number', values: Float64Array.from(values) };
  if (values instanceof Uint8Array) {
    const [height = 0, width = 0, channels = 1] = shape;
    const isImage = (shape.length === 2 || (shape.length === 3 && CHANNELS.has(channels))) && height >= LEAST_SIDE && width >= LEAST_SIDE;
    if (isImage) return { type: 'image', shape: [height, width, channels], values };
  }
  return { type: 'vector', shape, values };
}

import type { ChartTheme } from '../theme';
import type { PictureOption } from './engine';

/** What is drawn at a size, in the colours and the face in force. */
export type DrawPicture = (theme: ChartTheme, size: { readonly width: number; readonly height: number }) => PictureOption;

/** A marked part of an axis, in its values; of one of names, in their places. */
export type AxisRange = readonly [low: number, high: number];

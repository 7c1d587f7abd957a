import type { ReactNode } from 'react';
import type { ChartTheme } from '../theme';
import type { PictureOption } from './engine';

/** The data of a picture as rows, for those who cannot see it and for those who want the figures. */
export interface PictureTable {
  readonly columns: readonly { readonly id: string; readonly label: string; readonly isNumber?: boolean }[];
  readonly rows: readonly { readonly id: string; readonly cells: readonly ReactNode[] }[];
}

/** What is drawn at a size, in the colours and the face in force. */
export type DrawPicture = (theme: ChartTheme, size: { readonly width: number; readonly height: number }) => PictureOption;

/** A marked part of an axis, in its values; of one of names, in their places. */
export type AxisRange = readonly [low: number, high: number];

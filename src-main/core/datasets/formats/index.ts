import type { DataFormat } from './format';
import { csv } from './csv';
import { idx } from './idx';
import { imageFolder } from './image-folder';
import { jsonLines } from './json-lines';
import { npy } from './npy';
import { npz } from './npz';
import { parquet } from './parquet';
import { text } from './text';
import { wavFolder } from './wav-folder';

/** Every format of data that can be taken in: a new one is a file and a line here. */
export const dataFormats: readonly DataFormat[] = [csv, jsonLines, parquet, idx, npy, npz, imageFolder, wavFolder, text];

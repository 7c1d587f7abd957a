import { toPage } from '../../app/paths';
import { writeAddress } from '../../app/router';

/** Which data set is shown, and which version of it; null = the list, the newest. */
export interface DataView {
  readonly dataset: string | null;
  readonly version: number | null;
}

export function readDataView(view: string | null): DataView {
  const params = new URLSearchParams(view ?? '');
  const version = Number(params.get('version'));
  return { dataset: params.get('set'), version: Number.isInteger(version) && version > 0 ? version : null };
}

export function hrefOf({ dataset, version }: DataView): string {
  const params = new URLSearchParams();
  if (dataset !== null) params.set('set', dataset);
  if (version !== null) params.set('version', String(version));
  const text = params.toString();
  return `${toPage('data')}${text === '' ? '' : `?${text}`}`;
}

export const showData = (view: DataView): void => writeAddress(hrefOf(view), true);

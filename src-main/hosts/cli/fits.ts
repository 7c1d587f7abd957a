import { WHOLE_FACILITY, type PowerCurve, type PowerFits } from '@shared/model/power-fit';
import { english } from '@shared/text/message';
import type { CliContext } from './command';
import { formatNumber, formatTable, type Column } from './format';
import type { PueRequest } from './pue';

const DAY_MS = 86_400_000;

/** Fits the curves of the power tree anew and prints them, and why there is none of a place. @returns 1 when there is none at all */
export async function printFits({ dataDir, json }: PueRequest, context: CliContext): Promise<number> {
  const { terminal } = context;
  const running = await context.openCore(context.paths(dataDir));
  try {
    const told = await running.client.call('powerTree.refit', {});
    if (json) terminal.line(JSON.stringify(told, null, 2));
    else {
      if (told.fits.length > 0) for (const line of formatTable(columns, told.fits.map(rowOf))) terminal.line(line);
      for (const { name, kind, why } of told.without) terminal.note(`${name === '' ? WHOLE_FACILITY : name}, ${kind}: ${english(why)}`);
      if (told.fits.length === 0 && told.without.length === 0)
        terminal.note('No place of the power tree can have a curve: it has no meters.');
    }
    return told.fits.length > 0 ? 0 : 1;
  } finally {
    await running.close();
  }
}

const columns: readonly Column[] = [
  { title: 'place' },
  { title: 'tells' },
  { title: 'W at a load of P W' },
  { title: 'loads seen W', align: 'right' },
  { title: 'days', align: 'right' },
  { title: 'points', align: 'right' },
  { title: 'R²', align: 'right' },
  { title: 'residuals ± W', align: 'right' },
  { title: 'of' },
];

function rowOf({ name, kind, curve, loadW, fromMs, toMs, points, r2, scaleW, isKept }: PowerFits['fits'][number]): string[] {
  return [
    name === '' ? WHOLE_FACILITY : name,
    kind,
    formula(curve),
    `${formatNumber(loadW.low)} to ${formatNumber(loadW.high)}`,
    ((toMs - fromMs) / DAY_MS).toFixed(1),
    String(points),
    r2.toFixed(3),
    formatNumber(scaleW),
    isKept ? 'meters that are gone' : 'its meters',
  ];
}

/** Without the parts that are nothing. */
function formula({ noLoadW, proportional, quadratic, perKelvin, aboveC }: PowerCurve): string {
  const parts = [
    noLoadW > 0 ? formatNumber(noLoadW) : '',
    proportional > 0 ? `${proportional.toPrecision(3)} P` : '',
    quadratic > 0 ? `${quadratic.toExponential(2)} P²` : '',
    aboveC !== null && perKelvin > 0 ? `${perKelvin.toPrecision(3)} P (T − ${aboveC.toFixed(1)} °C, if above)` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '0' : parts.join(' + ');
}

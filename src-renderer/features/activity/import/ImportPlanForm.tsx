import { useState, type ReactNode } from 'react';
import type { ImportDraft } from '../../../data/import-draft';
import { wrongRows } from '../../../data/import-mapping';
import { useTexts } from '../../../i18n/use-texts';
import { useReadable } from '../../../rpc/hooks';
import { Button } from '../../../ui/Button';
import { ErrorNote } from '../../../ui/ErrorNote';
import { ImportMachine } from './ImportMachine';
import { ImportMapping } from './ImportMapping';
import { ImportReading } from './ImportReading';
import { ImportSamples } from './ImportSamples';

/** How a file that is not begun will be read: what was found out, the first values, and what its names are. */
export function ImportPlanForm({ draft: store }: { readonly draft: ImportDraft }): ReactNode {
  const { t, format } = useTexts();
  const { draft, preview, asking, error } = useReadable(store);
  const [open, setOpen] = useState(preview.problem !== null);
  const names = preview.foreign.length;
  const wrong = wrongRows(preview, draft, format.parse).length > 0;
  const isTable = preview.columns.length > 0;
  return (
    <div className="import-plan">
      {isTable ? <ImportReading preview={preview} draft={draft} onChange={(patch) => store.change(patch)} /> : null}
      <ImportMachine preview={preview} draft={draft} onChange={(patch) => store.change(patch)} />
      {error ? <ErrorNote error={error} /> : null}
      <ImportSamples preview={preview} asking={asking} />
      {names === 0 ? null : (
        <Button tone="quiet" aria-expanded={open || wrong} onClick={() => setOpen(!open)} data-testid="import-names">
          {t(isTable ? 'import.map.showColumns' : 'import.map.showMetrics', { figure: format.number(names, 0) })}
        </Button>
      )}
      {names > 0 && (open || wrong) ? <ImportMapping preview={preview} draft={draft} onDraft={(next) => store.change(next)} /> : null}
    </div>
  );
}

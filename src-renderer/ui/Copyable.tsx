import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts';
import { IconButton } from './Button';

const SHOWN_MS = 1600;

/** A command or path as to be typed, with a button that copies it. */
export function Copyable({ text }: { readonly text: string }): ReactNode {
  const { t } = useTexts();
  const [copied, setCopied] = useState(false);
  const code = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      // A window without permissions can still copy what is selected.
      () => setCopied(copySelected(code.current)),
    );
  };

  return (
    <span className="copyable">
      {/* Scrolled by the keyboard where it is longer than its place. */}
      <code ref={code} tabIndex={0}>
        {text}
      </code>
      <IconButton icon={copied ? 'check' : 'copy'} label={copied ? t('ui.copied') : t('ui.copy')} onClick={copy} />
    </span>
  );
}

function copySelected(element: HTMLElement | null): boolean {
  if (!element) return false;
  window.getSelection()?.selectAllChildren(element);
  return document.execCommand('copy');
}

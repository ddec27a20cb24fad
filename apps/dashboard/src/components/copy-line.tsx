import { useRef, useState } from 'react';
import { CheckIcon, CopyIcon } from './icons.tsx';
import styles from './copy-line.module.css';

/** Over plain HTTP there is no clipboard interface; the old command still copies a selection. */
async function copyFrom(element: HTMLElement, text: string): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Permission refused: the selection below works without one.
    }
  }
  const selection = getSelection();
  selection?.selectAllChildren(element);
  // oxlint-disable-next-line typescript/no-deprecated -- the only way on http://home.local
  return document.execCommand('copy');
}

/** A line to copy, with its name; `isWide` for commands, which wrap. */
export function CopyLine({ label, text, isWide = false }: { label: string; text: string; isWide?: boolean }) {
  const code = useRef<HTMLElement>(null);
  const [isCopied, setCopied] = useState(false);
  const onCopy = async () => {
    if (code.current) setCopied(await copyFrom(code.current, text));
  };
  return (
    <div className={isWide ? styles.wide : styles.line}>
      <span className={styles.label}>{label}</span>
      <code ref={code} className={styles.text}>
        {text}
      </code>
      <button
        type="button"
        className={styles.copy}
        aria-label={`Copy ${label.toLowerCase()}`}
        onClick={() => void onCopy()}
      >
        {isCopied ? <CheckIcon /> : <CopyIcon />}
      </button>
      <output className="sr-only">{isCopied && `${label} copied`}</output>
    </div>
  );
}

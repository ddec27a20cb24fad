import { useEffect, useRef, useState } from 'react';
import { snap, type Limits } from '../dial-geometry.ts';

/** The last of a burst of keys or presses is sent this long after it. */
const settleMs = 700;

/**
 * The setpoint under the finger and the wait before it is sent, °C. `onDraft` hears each change, and null when it
 * is sent (`onCommit`) or given up.
 */
export function useDraft(
  base: number,
  limits: Limits,
  { onDraft, onCommit }: { onDraft: (setpoint: number | null) => void; onCommit: (setpoint: number) => void },
) {
  const [draft, setOwn] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(base);
  const value = draft ?? base;
  useEffect(() => () => clearTimeout(timer.current), []);

  function setDraft(next: number | null): void {
    setOwn(next);
    onDraft(next);
  }
  function commit(): void {
    clearTimeout(timer.current);
    setDraft(null);
    if (latest.current !== base) onCommit(latest.current);
  }
  function change(next: number): void {
    latest.current = snap(next, limits);
    setDraft(latest.current);
    clearTimeout(timer.current);
  }
  return {
    value,
    isChanging: draft !== null,
    change,
    changeSoon: (next: number) => {
      change(next);
      timer.current = setTimeout(commit, settleMs);
    },
    commit,
    cancel: () => {
      clearTimeout(timer.current);
      latest.current = base;
      setDraft(null);
    },
  };
}

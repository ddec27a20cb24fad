import type { AlertKind, Severity } from '@hearth/contract';
import type { Situation } from './situation.ts';

/** What is found of one subject. `null` of `holds`: it cannot be told now, so nothing fires and nothing resolves. */
export interface Finding {
  subject: string;
  name: string;
  deviceId?: string;
  roomId?: string;
  holds: boolean | null;
  /** With the numbers. */
  why: string;
  /** Since when, where its subject says so: what was over between two looks begins anew. */
  since?: number;
  /** The open alert that this follows from hides it: kind and subject of each that would. */
  causes: readonly string[];
}

/** One thing that is watched for. */
export interface Condition {
  severity: Severity;
  /** What is watched for, for the list of rules. */
  words: string;
  title: (name: string) => string;
  toDo: string;
  threshold: number | null;
  unit: string | null;
  /** For how long it has to hold before it fires, and to be gone before it is resolved. */
  holdMin: number;
  clearMin: number;
  /**
   * Looks at every subject there is; pure. `isOpen` of a subject moves the threshold away from flapping. Null: of
   * nothing it can be told now.
   */
  look(situation: Situation, threshold: number, isOpen: (subject: string) => boolean): Finding[] | null;
}

/** Names an alert among the open ones. */
export const keyOf = (kind: AlertKind, subject: string): string => `${kind} ${subject}`;

/** A length of time in words, rounded down. */
export function spanWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** A temperature in words; a line does not end between number and unit. */
export const degrees = (celsius: number): string => `${celsius.toFixed(1)}\u00a0°C`;

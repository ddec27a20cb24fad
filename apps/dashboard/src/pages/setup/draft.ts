import type { Setup } from '@hearth/contract';
import { fieldWords, RequestFailure, wordsFor } from '../../api/problem.ts';

/** What the first two screens gather. */
export type Draft = Omit<Setup, 'start'>;

/** What is wrong with entries, in sentences. */
export type DraftErrors = { [F in keyof Draft]?: string };

/** What every screen that gathers something is given. */
export interface StepProps {
  draft: Draft;
  errors: DraftErrors;
  onChange: (part: Partial<Draft>) => void;
}

/** The screen on which each field is filled in. */
const stepOf: Record<keyof Draft, number> = {
  code: 0,
  name: 0,
  password: 0,
  home: 1,
  timeZone: 1,
  temperatureUnit: 1,
};

/** As the browser is set, and with the code of the printed link. */
export function firstDraft(hash: string): Draft {
  const locale = new Intl.Locale(navigator.language).maximize();
  return {
    code: new URLSearchParams(hash.slice(1)).get('code') ?? '',
    name: '',
    password: '',
    home: 'Home',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    temperatureUnit: locale.region === 'US' ? 'fahrenheit' : 'celsius',
  };
}

/** Whether the first screen was filled in: what was typed is gone after a reload, and the later screens with it. */
export function hasAccount({ code, name, password }: Draft): boolean {
  return [code, name, password].every((entry) => entry !== '');
}

/** A refusal by field; empty when it is about none. A code that is wrong, or has run out, is one as well. */
export function errorsOf(error: unknown): DraftErrors {
  if (!(error instanceof RequestFailure)) return {};
  if (error.code === 'wrong-code') return { code: wordsFor(error) };
  const told = (Object.keys(stepOf) as (keyof Draft)[]).flatMap((field) => {
    const words = fieldWords(error, field);
    return words ? [[field, words] as const] : [];
  });
  return Object.fromEntries(told);
}

/** The first screen that has something to mend; null when no field is at fault. */
export function stepToMend(errors: DraftErrors): number | null {
  const steps = (Object.keys(errors) as (keyof Draft)[]).map((field) => stepOf[field]);
  return steps.length > 0 ? Math.min(...steps) : null;
}

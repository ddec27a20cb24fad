import { reportedRunsMax } from '@hearth/contract';
import { reasonOf } from '../reason.ts';
import type { Command } from './command-line.ts';
import type { Run } from './go.ts';

/** Hearth does not take our reports, and will not; the message says why. */
class ReportRefusedError extends Error {
  override readonly name = 'ReportRefusedError';
  readonly code = 'report-refused';
}

const timeoutMs = 10_000;
const agoMaxMs = 86_400_000;

/**
 * Reports runs to a Hearth. What it could not take, as when it is away, is sent with the next one: the newest 60.
 * The function resolves to null, or to why they are kept.
 * It throws when Hearth will not take them.
 */
export function createReporting({ broker, everyS, report }: Command): (run: Run) => Promise<string | null> {
  let kept: Run[] = [];
  return async (run) => {
    if (!report) return null;
    kept = [...kept.slice(1 - reportedRunsMax), run];
    const now = performance.now();
    const body = {
      broker,
      everyS,
      // `failed` is left out of the JSON where it is undefined.
      runs: kept.map(({ startedMs, legs, failed }) => ({
        agoMs: Math.min(agoMaxMs, Math.round(now - startedMs)),
        legs,
        failed,
      })),
    };
    try {
      const answer = await fetch(`${report.url}/api/probes/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${report.token}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (answer.ok) kept = [];
      else if (answer.status >= 500 || answer.status === 429) return `it answered ${answer.status}`;
      else
        throw new ReportRefusedError(`Hearth at ${report.url} refuses the report: ${await wordsOf(answer)}`);
      return null;
    } catch (error) {
      if (error instanceof ReportRefusedError) throw error;
      // `fetch` hides what went wrong behind an error of its own.
      return reasonOf(((error as Error).cause ?? error) as Error);
    }
  };
}

/** What a problem (RFC 9457) says; the status of anything else. */
async function wordsOf(answer: Response): Promise<string> {
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string };
  return detail ?? String(answer.status);
}

import { birthCounters } from './chapters/birth-counters.ts';
import { birth } from './chapters/birth.ts';
import { connectAgain } from './chapters/connect-again.ts';
import { connectTls } from './chapters/connect-tls.ts';
import { connect } from './chapters/connect.ts';
import { endurance } from './chapters/endurance.ts';
import { readingsBuffer } from './chapters/readings-buffer.ts';
import { readings } from './chapters/readings.ts';
import { requestsRefused } from './chapters/requests-refused.ts';
import { requests } from './chapters/requests.ts';
import { safety } from './chapters/safety.ts';
import { writes } from './chapters/writes.ts';
import type { Check } from './check.ts';

/** Every check, in the order in which they are shown. */
export const checks: readonly Check[] = [
  ...connect,
  ...connectTls,
  ...connectAgain,
  ...birth,
  ...birthCounters,
  ...readings,
  ...readingsBuffer,
  ...requests,
  ...requestsRefused,
  ...writes,
  ...safety,
  ...endurance,
];

/**
 * The same in the order in which they are run: what needs a quiet connection, then what breaks it, then what cuts the
 * power; what is only watched is judged when all that was seen.
 */
export const runningOrder: readonly Check[] = [
  ...[
    requests,
    requestsRefused,
    writes,
    safety,
    readingsBuffer,
    readings,
    endurance,
    connectTls,
    connectAgain,
    birthCounters,
  ]
    .flat()
    .filter(({ kind = 'tried' }) => kind === 'tried')
    .toSorted((a, b) => cutsPower(a) - cutsPower(b)),
  ...checks.filter(({ kind }) => kind === 'watched'),
  ...checks.filter(({ kind }) => kind === 'last'),
];

function cutsPower({ needs = [] }: Check): number {
  return needs.includes('power') ? 1 : 0;
}

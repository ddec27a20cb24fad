import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

const daysDefault = 7;

/** The probe: how it stands, a run now, and the reading that it looks for. */
export function addProbeRoutes(
  addRoute: AddRoute,
  { probe, probeStore }: Pick<Parts, 'probe' | 'probeStore'>,
): void {
  addRoute('probes', ({ query: { days = daysDefault } }) => probe.state(days));

  addRoute('runProbe', () => probe.run());

  addRoute('probeReading', async ({ query: { at } }) => {
    const value = await probeStore.valueAt(at);
    if (value === null) throw new RequestError('not-found', 'The probe has stored nothing then.');
    return { at, value };
  });
}

import { reporterTopic, type BrokerPlace, type MadeReporter } from '@hearth/contract';
import { bearerToken } from '../http/bearer-token.ts';
import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** Other machines that probe: let in, seen, heard and removed. */
export function addReporterRoutes(
  addRoute: AddRoute,
  { credentials, placeOfBroker, reporters }: Pick<Parts, 'credentials' | 'placeOfBroker' | 'reporters'>,
): void {
  addRoute('reporters', () => reporters.list());

  addRoute('addReporter', ({ body: { name }, request }) =>
    credentials.inTurn(async (): Promise<MadeReporter> => {
      const id = reporters.idFor(name);
      const { place, ca } = await placeOfBroker(request);
      const topic = reporterTopic(id);
      const [issued] = await credentials.issue([{ id, role: 'gateway', topics: [`${topic}/+`] }]);
      const { secret: token, brokerSetup } = issued!;
      reporters.add({ id, name, token });
      const url = brokerSetup ? null : urlOf(place);
      return { id, name, token, broker: url === null ? null : { url, topic, ca } };
    }),
  );

  addRoute('removeReporter', ({ params: { id } }) =>
    credentials.inTurn(async () => {
      if (!reporters.has(id)) throw new RequestError('not-found', `Nobody reports as "${id}".`);
      await credentials.revoke([id]);
      reporters.remove(id);
      return null;
    }),
  );

  addRoute('report', ({ body, request }) => {
    reporters.take(bearerToken(request), body);
    return null;
  });
}

/** Over TLS where the broker has it. */
function urlOf({ host, ports: { mqtts, mqtt } }: BrokerPlace): string | null {
  const named = host.includes(':') ? `[${host}]` : host;
  if (mqtts !== undefined) return `mqtts://${named}:${mqtts}`;
  return mqtt === undefined ? null : `mqtt://${named}:${mqtt}`;
}

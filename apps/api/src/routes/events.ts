import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** The live stream; an `EventSource` says by itself what it had last. */
export function addEventRoutes(addRoute: AddRoute, { streams }: Pick<Parts, 'streams'>): void {
  addRoute('events', ({ request, reply, person }) => {
    const lastEventId = request.headers['last-event-id'];
    streams.open(reply, person, typeof lastEventId === 'string' ? lastEventId : null);
    return null;
  });
}

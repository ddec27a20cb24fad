import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** The demo home fetches its devices' credentials. */
export function addEnrolmentRoutes(addRoute: AddRoute, { demo }: Pick<Parts, 'demo'>): void {
  addRoute('enrol', ({ body }) => demo.enrol(body.devices));
}

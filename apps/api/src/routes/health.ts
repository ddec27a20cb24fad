import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** How the platform is; the details only for who is signed in. */
export function addHealthRoutes(
  addRoute: AddRoute,
  { access, health }: Pick<Parts, 'access' | 'health'>,
): void {
  addRoute('health', ({ request }) => {
    const all = health.health();
    return access.personOf(request) ? all : { status: all.status, now: all.now };
  });
}

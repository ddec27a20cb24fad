import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** Removing the demo home. */
export function addDemoRoutes(addRoute: AddRoute, { demo }: Pick<Parts, 'demo'>): void {
  addRoute('removeDemo', async () => {
    await demo.remove();
    return null;
  });
}

import { homeId } from '../homes.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** The homes; there is one. */
export function addHomeRoutes(addRoute: AddRoute, { home, demo }: Pick<Parts, 'home' | 'demo'>): void {
  addRoute('homes', () => [{ id: homeId, ...home.facts(), isDemoRunning: demo.isOn() }]);
}

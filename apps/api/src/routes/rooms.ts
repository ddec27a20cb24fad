import { UnusableFieldError } from '../accounts/accounts.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** The rooms of the home. */
export function addRoomRoutes(addRoute: AddRoute, { devices }: Pick<Parts, 'devices'>): void {
  addRoute('rooms', () => devices.rooms());

  addRoute('addRoom', ({ body }) => {
    const name = body.name.trim();
    if (name === '') throw new UnusableFieldError('name', 'must have a visible character');
    return devices.addRoom(name);
  });
}

import { UnusableFieldError } from '../accounts/accounts.ts';
import { sees } from '../accounts/sight.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** The rooms of the home. */
export function addRoomRoutes(addRoute: AddRoute, { devices }: Pick<Parts, 'devices'>): void {
  addRoute('rooms', ({ person }) => devices.rooms().filter(({ id }) => sees(person, id)));

  addRoute('addRoom', ({ body }) => {
    const name = body.name.trim();
    if (name === '') throw new UnusableFieldError('name', 'must have a visible character');
    return devices.addRoom(name);
  });
}

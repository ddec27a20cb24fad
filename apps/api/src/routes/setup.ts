import { UnusableFieldError } from '../accounts/accounts.ts';
import { isTimeZone } from '../homes.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';
import { cameFrom, signedIn } from './session.ts';

/** First-run set-up: open until an owner exists. */
export function addSetupRoutes(
  addRoute: AddRoute,
  { accounts, demo, home }: Pick<Parts, 'accounts' | 'demo' | 'home'>,
): void {
  addRoute('setupState', () => ({ isNeeded: !accounts.hasOwner(), isDemoRunning: demo.isOn() }));

  addRoute('checkSetupCode', ({ body, request }) => {
    accounts.checkSetupCode(body.code, request.ip);
    // Only for who has the code: nothing is made, and the form can say it where the password is typed.
    const { name, password } = body;
    if (name !== undefined && password !== undefined) accounts.checkAccount({ name, password });
    return null;
  });

  addRoute('setUp', async ({ body, request, reply }) => {
    if (!isTimeZone(body.timeZone))
      throw new UnusableFieldError(
        'timeZone',
        'The time zone must be a name of the IANA database, such as Europe/Berlin.',
      );
    if (body.home.trim() === '')
      throw new UnusableFieldError('home', 'The home’s name needs a letter that can be seen.');
    const made = await accounts.setUp(body, cameFrom(request), () => {
      home.change({ name: body.home, timeZone: body.timeZone, temperatureUnit: body.temperatureUnit });
      if (body.start === 'device') demo.dismiss();
    });
    // The owner exists whatever becomes of the demo; a removal that fails is tried again by itself.
    if (body.start === 'device') await demo.remove().catch(() => undefined);
    return signedIn(made, request, reply);
  });
}

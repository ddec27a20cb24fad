import type { Alert } from '@hearth/contract';
import { sees } from '../accounts/sight.ts';
import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** Alerts, what is watched for, and the channels that they are sent to. */
export function addAlertRoutes(
  addRoute: AddRoute,
  { alerts, whereabouts }: Pick<Parts, 'alerts' | 'whereabouts'>,
): void {
  const { rules, channels, outbox } = alerts;

  addRoute('alerts', ({ person }) => {
    const all = alerts.state();
    if (person.rooms === null) return all;
    const isSeen = (alert: Alert): boolean => sees(person, whereabouts.ofAlert(alert));
    // What waits names no room.
    return { ...all, open: all.open.filter(isSeen), history: all.history.filter(isSeen), pending: [] };
  });

  addRoute('acknowledgeAlert', ({ params, person }) =>
    found(alerts.acknowledge(Number(params.id), person.name), 'open alert'),
  );

  addRoute('muteAlert', ({ params, body }) => found(alerts.mute(Number(params.id), body.until), 'alert'));

  addRoute('changeAlertSettings', ({ body }) => rules.changeSettings(body));

  addRoute('changeAlertRule', ({ params, body }) => rules.change(params.kind, body));

  addRoute('channels', () => channels.list());

  addRoute('pushKey', () => ({ publicKey: alerts.pushKey() }));

  addRoute('addChannel', ({ body }) => channels.add(body));

  addRoute('changeChannel', ({ params, body }) => {
    const changed = found(channels.change(Number(params.id), body), 'channel');
    outbox.look();
    return changed;
  });

  addRoute('removeChannel', ({ params, request }) => {
    request.about = channels.get(Number(params.id))?.name ?? null;
    if (!channels.remove(Number(params.id))) throw new RequestError('not-found', 'There is no such channel.');
    return null;
  });

  addRoute('testChannel', async ({ params }) => found(await outbox.test(Number(params.id)), 'channel'));
}

/** @throws {RequestError} where there is none. */
function found<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new RequestError('not-found', `There is no such ${what}.`);
  return thing;
}

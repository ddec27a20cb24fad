import { useQuery } from '@tanstack/react-query';
import type { ChannelPlace } from '@hearth/contract';
import { call } from './client.ts';
import { keys } from './queries.ts';

const worker = '/push-worker.js';

/** Why this browser cannot be notified: by which address it came, what it can do, or what its person chose. */
export type PushObstacle = 'insecure' | 'unable' | 'refused';

/** Asking for notifications came to nothing. */
export class PushError extends Error {
  override readonly name = 'PushError';
  readonly code: 'refused' | 'no-service';
  constructor(code: PushError['code'], cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** Null where it can be notified. */
export function pushObstacle(): PushObstacle | null {
  if (!window.isSecureContext) return 'insecure';
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) return 'unable';
  return Notification.permission === 'denied' ? 'refused' : null;
}

async function subscription(): Promise<PushSubscription | null> {
  if (pushObstacle()) return null;
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

const publicKeyOf = (subscribed: PushSubscription): string => subscribed.toJSON().keys?.['p256dh'] ?? '';

/** The public key of this browser's subscription, by which it is found among the channels; null when it has none. */
export function useOwnPush() {
  return useQuery({
    queryKey: keys.push,
    queryFn: async () => {
      const subscribed = await subscription();
      return subscribed && publicKeyOf(subscribed);
    },
  });
}

/**
 * Asks the person, then the browser's push service; gives where this browser is reached, null where the person did not
 * answer. A subscription of before is given up: it is another Hearth's, or gone. @throws {PushError} @throws {RequestFailure}
 */
export async function subscribe(): Promise<ChannelPlace | null> {
  const permission = await Notification.requestPermission();
  if (permission === 'denied') throw new PushError('refused');
  if (permission === 'default') return null;
  const { publicKey } = await call('pushKey', {});
  await (await subscription())?.unsubscribe();
  try {
    await navigator.serviceWorker.register(worker);
    const { pushManager } = await navigator.serviceWorker.ready;
    const subscribed = await pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: publicKey,
    });
    const secret = subscribed.toJSON().keys?.['auth'] ?? '';
    return { kind: 'push', url: subscribed.endpoint, p256dh: publicKeyOf(subscribed), secret };
  } catch (cause) {
    throw new PushError('no-service', cause);
  }
}

/** Gives up the subscription of this browser, where it has one. */
export async function unsubscribe(): Promise<void> {
  await (await subscription())?.unsubscribe();
}

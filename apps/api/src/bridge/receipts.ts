import { deviceTopic } from '@hearth/contract';
import { coalesce } from '../devices/coalesce.ts';
import type { BrokerSession } from './broker-session.ts';
import { createGaps } from './gaps.ts';
import type { Key } from './key.ts';

/** Receipts wait this long for newer ones of the same device. */
const coalesceMs = 50;

/**
 * Tells each device up to which (boot, seq) its readings are dealt with: retained, so that a device that was
 * away finds the newest one when it subscribes.
 */
export function createReceipts(home: string, publish: BrokerSession['publish'], now: () => number) {
  const gaps = createGaps(now);
  /** What each device was told last, as it was sent. */
  const told = new Map<string, string>();
  const due = new Set<string>();
  const onTheWay = new Set<string>();

  const send = async (device: string, receipt: string): Promise<void> => {
    onTheWay.add(device);
    told.set(device, receipt);
    try {
      await publish(deviceTopic(home, device, 'receipt'), receipt, { isRetained: true });
    } catch {
      // Without the broker; all receipts are sent again when it is back.
      told.delete(device);
    }
    onTheWay.delete(device);
    if (due.has(device)) sending.soon();
  };
  const sending = coalesce(coalesceMs, () => {
    for (const device of [...due].filter((each) => !onTheWay.has(each))) {
      due.delete(device);
      const receipt = JSON.stringify(gaps.upTo(device));
      if (told.get(device) !== receipt) void send(device, receipt);
    }
  });

  return {
    newest: (device: string): Key | undefined => gaps.newest(device),
    /** The reading is stored, or turned away for good. */
    note(device: string, key: Key): void {
      gaps.hear(device, key);
      due.add(device);
      sending.soon();
    },
    /** Sends all of them, after the broker was away. */
    sendAgain(): void {
      told.clear();
      for (const device of gaps.devices()) due.add(device);
      sending.soon();
    },
    forget(device: string): void {
      gaps.forget(device);
      told.delete(device);
      due.delete(device);
    },
    stop: (): void => sending.stop(),
  };
}
export type Receipts = ReturnType<typeof createReceipts>;

import { deviceTopic } from '@hearth/contract';
import type { Span } from '@hearth/store';
import { coalesce } from '../devices/coalesce.ts';
import type { BrokerSession } from './broker-session.ts';
import { createGaps } from './gaps.ts';
import type { Key } from './key.ts';
import type { Receipted } from './receipted.ts';

/** Receipts wait this long for newer ones of the same device. */
const coalesceMs = 50;

/**
 * Tells each device up to which (boot, seq) its readings are dealt with: retained, so that a device that was
 * away finds the newest one when it subscribes.
 */
export function createReceipts(parts: {
  home: string;
  publish: BrokerSession['publish'];
  receipted: Receipted;
  monotonicMs: () => number;
  /** How many readings are awaited may have changed. */
  onGaps: () => void;
}) {
  const { home, publish, receipted, monotonicMs, onGaps } = parts;
  const gaps = createGaps(monotonicMs);
  /** What each device was told last, as it was sent. */
  const told = new Map<string, string>();
  const due = new Set<string>();
  const onTheWay = new Set<string>();
  let patience: NodeJS.Timeout | null = null;
  let isStopped = false;

  const send = async (device: string, receipt: string): Promise<void> => {
    onTheWay.add(device);
    told.set(device, receipt);
    try {
      await publish(deviceTopic(home, device, 'receipt'), receipt, { isRetained: true });
      // One that was forgotten meanwhile has no receipt any more.
      if (told.get(device) === receipt) receipted.note(device, receipt);
    } catch {
      // Without the broker; all receipts are sent again when it is back.
      told.delete(device);
    }
    onTheWay.delete(device);
    if (due.has(device)) sending.soon();
  };
  /** A device that has paused says nothing at which its receipt could go on. */
  const watchPatience = (): void => {
    patience = null;
    const { devices, nextAt } = gaps.giveUp();
    for (const device of devices) due.add(device);
    if (devices.length > 0) sending.soon();
    if (nextAt < Infinity && !isStopped)
      patience = setTimeout(watchPatience, Math.max(1, Math.ceil(nextAt - monotonicMs()))).unref();
  };
  const sending = coalesce(coalesceMs, () => {
    // No gap is given up before those that were there when the timer was set.
    if (!patience) watchPatience();
    onGaps();
    for (const device of [...due].filter((each) => !onTheWay.has(each))) {
      due.delete(device);
      const upTo = gaps.upTo(device);
      if (!upTo) continue;
      const receipt = JSON.stringify(upTo);
      if (told.get(device) !== receipt) void send(device, receipt);
    }
  });

  return {
    newest: (device: string): Key | undefined => gaps.newest(device),
    /** Readings that the device still has time to send again. */
    awaited: (device: string): number => gaps.awaited(device),
    /** What the store has of a device's newest boot, span by span: the receipt stays before the first gap. */
    resume({ device, boot, first, last }: Span): void {
      const saved = gaps.newest(device) ? undefined : receipted.saved(device);
      if (saved && saved.boot <= boot) gaps.hear(device, { boot: saved.boot, seq: 1 }, saved.seq);
      gaps.hear(device, { boot, seq: first }, last);
    },
    /** The reading is stored, or turned away for good. */
    note(device: string, key: Key): void {
      gaps.hear(device, key);
      due.add(device);
      sending.soon();
    },
    /** The device has this receipt from another member of the group. */
    settle(device: string, receipt: Key): void {
      gaps.settle(device, receipt);
      due.add(device);
      sending.soon();
    },
    /** Without the broker nothing is given up, until `sendAgain`. */
    hold(): void {
      gaps.hold();
    },
    /** Sends all of them, after the broker was away, and gives the devices time to fill their gaps. */
    sendAgain(): void {
      gaps.giveTime();
      told.clear();
      for (const device of gaps.devices()) due.add(device);
      sending.soon();
    },
    forget(device: string): void {
      gaps.forget(device);
      receipted.forget(device);
      told.delete(device);
      due.delete(device);
    },
    async stop(): Promise<void> {
      isStopped = true;
      if (patience) clearTimeout(patience);
      sending.stop();
      await receipted.stop();
    },
  };
}
export type Receipts = ReturnType<typeof createReceipts>;

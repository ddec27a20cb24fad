import { disconnect } from '../../conformance/packets.ts';
import type { Ledger } from './ledger.ts';
import { join, type Place } from './link.ts';

/** Books of wills: who was connected when the broker was killed, and who had left with DISCONNECT. */
export type Wills = ReturnType<typeof createWills>;

const topic = 'w/will';
const perRound = 3;

/** @param subscribers names of those that have to get each will */
export function createWills(ledger: Ledger, subscribers: readonly string[]) {
  /** Connected, or gone without our knowing how. */
  const open = new Map<string, Promise<void>>();
  const due = new Set<string>();
  const withdrawn = new Set<string>();
  const got = new Map<string, number>();
  let made = 0;
  let isDown = false;

  const missing = (): string[] =>
    [...due].filter((will) => subscribers.some((name) => !got.has(`${name} ${will}`)));

  return {
    isWill: (of: string): boolean => of === topic,
    noteReceived(subscriber: string, qos: number, will: string): void {
      const key = `${subscriber} ${will}`;
      const count = (got.get(key) ?? 0) + 1;
      got.set(key, count);
      if (withdrawn.has(will)) ledger.note('willsTooMany', `${will} at ${subscriber}, after DISCONNECT`);
      if (qos === 2 && count > 1) ledger.note('willsTooMany', `${will} at ${subscriber}, twice`);
    },
    /** Clients with wills come in; one more leaves properly. What is let in before the kill is due after it. */
    async connect(place: Place): Promise<void> {
      isDown = false;
      const round = made++;
      const comes = async (i: number): Promise<void> => {
        const payload = `will-${round}-${i}`;
        const who = { clientId: `hearth-api-will-${i}`, clean: true, will: { topic, payload, qos: 2 } };
        const link = await join(place, who, () => {});
        if (!link) return;
        if (i < perRound) {
          open.set(payload, link.closed);
          return;
        }
        link.send(disconnect);
        await link.closed;
        // Behind this CONNACK, which is committed, the will that was withdrawn is so on disk as well.
        const behind = await join(
          place,
          { ...who, will: { ...who.will, payload: `${payload}-behind` } },
          () => {},
        );
        if (!behind || isDown) return;
        withdrawn.add(payload);
        open.set(`${payload}-behind`, behind.closed);
      };
      await Promise.all(Array.from({ length: perRound + 1 }, (_, i) => comes(i)));
    },
    /** Just before the kill: whoever is connected now leaves a will. */
    noteKill(): void {
      isDown = true;
      for (const will of open.keys()) due.add(will);
      open.clear();
    },
    isComplete: (): boolean => missing().length === 0,
    close(): void {
      for (const will of missing()) ledger.note('willsLost', will);
      due.clear();
    },
  };
}

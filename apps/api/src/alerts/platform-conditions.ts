import type { AlertKind } from '@hearth/contract';
import { keyOf, spanWords, type Condition, type Finding } from './condition.ts';
import type { Situation } from './situation.ts';

const dayMs = 86_400_000;
const gigabyte = 1e9;
/** Less room than for a month is filling. */
const monthYears = 1 / 12;
/** Devices that are offline for longer are away for a reason of their own. */
const togetherMs = dayMs;

/** Longer than the short window of either pair looks back: what is over, our own start too, is told no more. */
const burnHoldMin = 40;

const one = (
  subject: string,
  name: string,
  holds: boolean | null,
  why: string,
  causes: string[] = [],
): Finding[] => [{ subject, name, holds, why, causes }];

/** What is watched for at the platform itself. */
export const platformConditions = {
  'broker-away': {
    severity: 'urgent',
    words: 'No messages of any device arrive; the devices are not told one by one',
    title: () => 'No messages from devices',
    toDo: 'Hearth is reconnecting, and readings wait on the devices. If it stays, restart Hearth or the broker.',
    threshold: null,
    unit: null,
    holdMin: 1,
    clearMin: 1,
    look: ({ broker: { isConnected, since }, now }) =>
      one(
        'broker',
        'Message broker',
        !isConnected,
        `The message broker cannot be reached${since === null ? '' : ` for ${spanWords(now - since)} so far`}.`,
      ),
  },
  'network-away': {
    severity: 'urgent',
    words: 'Half of the devices lose their connection together; they are not told one by one',
    title: () => 'Half of the devices are offline',
    toDo: 'Look at the wireless network: its router and access points.',
    threshold: 5,
    unit: 'devices',
    holdMin: 2,
    clearMin: 1,
    look({ devices, broker, now }, threshold, isOpen) {
      const gone = new Set(
        devices.flatMap(({ device: { id, isOnline } }) => (isOnline === false ? [id] : [])),
      );
      // What is behind a gateway that is away is told with it.
      const connected = devices.filter(
        ({ device, gatewayId }) =>
          device.role === 'device' && device.isOnline !== null && !gone.has(gatewayId ?? ''),
      );
      const away = connected.filter(
        ({ device: { isOnline, offlineSince } }) =>
          isOnline === false &&
          offlineSince !== null &&
          // Those that went together stay together, however long it takes.
          (isOpen('home') || now - offlineSince < togetherMs),
      );
      const isMany = away.length >= Math.max(threshold, connected.length / 2);
      const holds = broker.isConnected ? isMany : null;
      const why = `${away.length} of ${connected.length} devices have lost their connection.`;
      return one('home', 'Home', holds, why, [keyOf('broker-away', 'broker')]);
    },
  },
  'probe-failing': {
    severity: 'warning',
    words: 'A message of our own does not come through',
    title: (name) => `The way through ${name} fails`,
    toDo: 'Look at the System page: which leg fails, and since when.',
    threshold: null,
    unit: null,
    holdMin: 2,
    clearMin: 1,
    look: ({ probes }) =>
      probes?.flatMap(({ leg, problem }) =>
        one(leg, leg, problem !== null, problem ?? '', [keyOf('broker-away', 'broker')]),
      ) ?? null,
  },
  'disk-filling': {
    severity: 'urgent',
    words: 'The disk of the readings is full within a month, or nearly now',
    title: () => 'The disk is filling up',
    toDo: 'Make room on the disk of the data folder, or keep readings for a shorter time.',
    threshold: 1,
    unit: 'GB',
    holdMin: 5,
    clearMin: 5,
    look({ storage: { freeB, years, isWritable } }, threshold, isOpen) {
      const limit = isOpen('disk') ? threshold * 1.1 : threshold;
      const isTight = freeB !== null && freeB < limit * gigabyte;
      const isSoon = years !== null && years < monthYears;
      const free = freeB === null ? '' : `${(freeB / gigabyte).toFixed(1)} GB are free.`;
      const lasts = years === null ? '' : ` At this rate that lasts ${Math.round(years * 365)} days.`;
      const why = `${isWritable ? '' : 'Readings cannot be stored. '}${free}${lasts}`;
      return one('disk', 'Disk', !isWritable || isTight || isSoon, why.trim());
    },
  },
  'backup-red': {
    severity: 'warning',
    words: 'The last backup is not good',
    title: () => 'The last backup is not good',
    toDo: 'Look at the System page for the reason, and make one now.',
    threshold: null,
    unit: null,
    holdMin: 0,
    clearMin: 0,
    look: ({ backup: { state, words } }) => one('backup', 'Backup', state === 'red', words),
  },
  'certificate-ending': {
    severity: 'warning',
    words: 'The certificate that devices know Hearth by ends soon',
    title: () => 'The certificate ends soon',
    toDo: 'Renew it, or let Hearth make its own: devices with encryption cannot connect when it has ended.',
    threshold: 14,
    unit: 'days',
    holdMin: 0,
    clearMin: 0,
    look({ certificateEndsAt, now }, threshold) {
      if (certificateEndsAt === null) return null;
      const leftMs = certificateEndsAt - now;
      const why = leftMs > 0 ? `It ends in ${spanWords(leftMs)}.` : 'It has ended.';
      return one('certificate', 'Certificate', leftMs < threshold * dayMs, why);
    },
  },
  'budget-burning': {
    severity: 'warning',
    words: 'Much of what may go wrong in 30 days goes within hours, and no other alert says why',
    title: (name) => `${name}: the budget of errors goes too fast`,
    toDo: 'Look at the System page for what comes and goes: it is away too shortly each time to be told of by itself.',
    threshold: null,
    unit: null,
    holdMin: burnHoldMin,
    clearMin: 5,
    look: (situation) =>
      situation.objectives.flatMap(({ kind, target, burns, budgetLeft }) => {
        const fastest = burns.find(({ isBurning }) => isBurning);
        const { long, limit } = fastest ?? burns[0]!;
        const left = budgetLeft === null ? '' : ` ${Math.round(budgetLeft * 100)} % of it is left.`;
        const why = `It goes ${long.rate.toFixed(1)} times as fast as it may in ${spanWords(long.ms)}; told from ${limit} on.${left}`;
        const name = `${kind === 'available' ? 'Home available' : 'Questions answered'} ${target * 100} %`;
        return one(kind, name, fastest !== undefined, why, explanations(situation));
      }),
  },
} as const satisfies { [K in AlertKind]?: Condition };

/** What is told of by itself spends the budget too, and is not told twice. */
const explanations = ({ devices }: Situation): string[] => [
  keyOf('broker-away', 'broker'),
  keyOf('network-away', 'home'),
  ...devices.flatMap(({ device: { id } }) =>
    (['gateway-offline', 'device-offline', 'value-silent'] as const).map((kind) => keyOf(kind, id)),
  ),
];

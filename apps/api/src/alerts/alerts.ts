import type { Alert, AlertKind, AlertRule, AlertsAnswer, Severity } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Database } from 'better-sqlite3';
import type { Live } from '../live.ts';
import { openChannels, type Channels } from './channels.ts';
import { conditions } from './conditions.ts';
import { openFirmwares } from './firmwares.ts';
import { emptyMemory, findAll, step } from './machine.ts';
import type { Notice } from './notice.ts';
import { createObserver, type Present } from './observer.ts';
import { openOutbox, type Outbox } from './outbox.ts';
import { openPushKeys } from './push.ts';
import { openAlertRecords, type Calm } from './records.ts';
import { openRules, type Rules } from './rules.ts';
import { openSender } from './senders.ts';
import { openLearnings } from './stills.ts';

/** What is wrong, who sees to it, and who is told. */
export interface Alerts extends AsyncDisposable {
  state(): AlertsAnswer;
  /** The alert as it is then; undefined when there is no such open one. */
  acknowledge(id: number, by: string): Alert | undefined;
  /** Until an instant, or no more (null). */
  mute(id: number, until: number | null): Alert | undefined;
  rules: Rules;
  channels: Channels;
  outbox: Outbox;
  /** The key that browsers subscribe with. @throws {WrappingKeyError} */
  pushKey: () => string;
  /** Looks now; by itself it does so every few seconds. Resolves when what changed is on disk. */
  look: () => Promise<void>;
}

/** How often is looked: the shortest time that a condition has to hold is a minute. */
const lookMs = 10_000;
const order: readonly Severity[] = ['urgent', 'warning', 'note'];

/** Watches from now on. `present` gives what there is to look at. */
export function startAlerts(parts: {
  db: Database;
  keyFile: string;
  present: () => Promise<Present>;
  tellHomeAssistant: ((notice: Notice) => Promise<void>) | null;
  calm: () => Omit<Calm, 'settings'>;
  live: Live;
  log: Log;
  now: () => number;
}): Alerts {
  const { db, keyFile, tellHomeAssistant, present, calm, live, log, now } = parts;
  const records = openAlertRecords(db);
  const rules = openRules(db);
  const channels = openChannels(db, keyFile, now, () => live.publish('channels', {}));
  const pushKeys = openPushKeys(db, keyFile);
  const tellPages = (): void => live.publish('alert', { open: records.open().size });
  const outbox = openOutbox({
    db,
    channels,
    send: openSender({ pushKeys, tellHomeAssistant }),
    log,
    now,
    onSent: tellPages,
  });
  const observe = createObserver(now(), openFirmwares(db), openLearnings(db));
  let memory = emptyMemory;
  /** The end of work that was announced, as it was at the last look; it may have been ended before our start. */
  let workedUntil: number | null | undefined;

  async function look(): Promise<void> {
    const situation = observe(await present(), now());
    const open = records.open();
    const list = rules.list();
    const holds = new Map<AlertKind, AlertRule>(list.map((rule) => [rule.kind, rule]));
    const settings = rules.settings();
    const next = step(memory, open, findAll(conditions, list, situation, open), {
      now: situation.now,
      times: (kind) => ({ holdMin: holds.get(kind)!.holdMin, clearMin: conditions[kind].clearMin }),
      escalateMin: settings.escalateMin,
    });
    if (next.changes.length > 0) {
      records.apply(next.changes, situation.now, { settings, ...calm() });
    }
    // Only now: what could not be written is found again.
    memory = next.memory;
    if (next.changes.length > 0) tellPages();
    const { maintenanceUntil } = calm();
    if (maintenanceUntil !== workedUntil) records.release(situation.now, { settings, ...calm() });
    workedUntil = maintenanceUntil;
    outbox.look();
  }
  let looking: Promise<void> = Promise.resolve();
  const lookInTurn = (): Promise<void> => (looking = looking.catch(() => {}).then(look));
  const timer = setInterval(() => {
    lookInTurn().catch((error: unknown) => log.error({ err: error }, 'alerts could not be looked at'));
  }, lookMs).unref();

  const changed = (alert: Alert | undefined): Alert | undefined => {
    if (alert) tellPages();
    return alert;
  };
  return {
    rules,
    channels,
    outbox,
    pushKey: () => pushKeys().publicKey,
    look: lookInTurn,
    state: () => ({
      open: [...records.open().values()]
        .map(records.toAlert)
        .toSorted(
          (a, b) =>
            order.indexOf(a.severity) - order.indexOf(b.severity) || b.firedAt - a.firedAt || b.id - a.id,
        ),
      pending: [...memory.pending.values()].map(({ kind, finding, since }) => ({
        kind,
        name: finding.name,
        why: finding.why,
        since,
      })),
      history: records.history(),
      rules: rules.list(),
      settings: rules.settings(),
      timeZone: calm().timeZone,
    }),
    acknowledge: (id, by) => changed(records.acknowledge(id, by, now())),
    mute: (id, until) => changed(records.mute(id, until, now())),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking.catch(() => {});
      await outbox[Symbol.asyncDispose]();
    },
  };
}

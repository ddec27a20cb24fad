import type { Channel } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Database } from 'better-sqlite3';
import type { Channels } from './channels.ts';
import { testNotice, type Notice, type NoticeContent, type NoticeKind } from './notice.ts';
import { GoneError } from './push.ts';
import { problemOf, type Sender } from './senders.ts';

interface Row {
  id: number;
  what: NoticeKind;
  content: string;
  attempts: number;
  /** Tries that began and of whose end nobody knows: a kill was between the two. */
  unended: number;
  madeAt: number;
}

/** The wait after a failed try doubles from the first to the longest. */
const firstWaitMs = 5000;
const longestWaitMs = 15 * 60_000;
/** After this a notice is given up, and shown as failed. */
const patienceMs = 3 * 86_400_000;
/** Each of these tries may have arrived; another could make it come a third time. */
const unendedMax = 2;
const mayHaveArrived = 'Hearth was stopped twice in the middle of sending one: it may not have arrived.';

/** Sends what waits. */
export interface Outbox extends AsyncDisposable {
  /** Looks at what is due; sending goes on by itself. */
  look(): void;
  /** Sends a test now; the channel with how it went, undefined when there is none. */
  test(channel: number): Promise<Channel | undefined>;
}

/**
 * Sends what waits in hearth.db. That a try begins is committed before it does, and how it ended behind it. After kills
 * at any moments a notice has arrived twice at most, under the same id; and once at least, unless two kills hit the
 * tries of the same notice: that one is given up and shown, as nobody can know whether it arrived. What a receiver
 * refused, or did not answer, is tried again beside this. Each channel gets its notices one after the other, in order.
 */
export function openOutbox(parts: {
  db: Database;
  channels: Channels;
  send: Sender;
  log: Log;
  now: () => number;
  /** Called when something was sent, or could not be. */
  onSent: () => void;
}): Outbox {
  const { db, channels, send, log, now, onSent } = parts;
  // What waits for its next try holds back what came after it; what waits for the end of quiet hours does not.
  const due = db.prepare<{ channel: number; now: number }, Row>(
    `SELECT id, what, content, attempts, unended, made_at AS madeAt FROM alert_notice AS notice
     WHERE channel = @channel AND state = 'waiting' AND due_at <= @now AND NOT EXISTS (
       SELECT 1 FROM alert_notice AS before WHERE before.channel = @channel AND before.state = 'waiting'
         AND before.id < notice.id AND before.attempts > 0 AND before.due_at > @now)
     ORDER BY id LIMIT 1`,
  );
  const begin = db.prepare('UPDATE alert_notice SET unended = unended + 1 WHERE id = ?');
  const end = db.prepare(
    'UPDATE alert_notice SET state = @state, attempts = attempts + 1, ended_at = @now WHERE id = @id',
  );
  const putOff = db.prepare(
    'UPDATE alert_notice SET attempts = attempts + 1, unended = unended - 1, due_at = @dueAt WHERE id = @id',
  );
  /** One at a time for each channel. */
  const sending = new Map<number, Promise<void>>();
  const closing = new AbortController();

  /** Null when the receiver took it, else what is wrong. */
  async function trySending(channel: number, notice: Notice): Promise<string | null> {
    let secret: string | undefined;
    let problem: string | null = null;
    try {
      const known = channels.placeOf(channel);
      if (!known) return 'There is no such channel any more.';
      secret = known.secret;
      await send(known.place, secret, notice, now());
    } catch (error) {
      problem = problemOf(error, secret);
      if (error instanceof GoneError) channels.noteGone(channel, now());
      log.warn({ channel, notice: notice.id, problem }, 'a notification could not be sent');
    }
    return problem;
  }

  /** What is known of it is on disk before and after; null when it was sent. */
  async function sendOne(
    channel: number,
    { id, what, content, attempts, unended, madeAt }: Row,
  ): Promise<string | null> {
    if (unended >= unendedMax) {
      log.warn({ channel, notice: id }, mayHaveArrived);
      end.run({ id, state: 'failed', now: now() });
      return mayHaveArrived;
    }
    begin.run(id);
    const notice: Notice = { id: `notice-${id}`, what, content: JSON.parse(content) as NoticeContent };
    const problem = await trySending(channel, notice);
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** attempts);
    if (problem === null) end.run({ id, state: 'sent', now: now() });
    else if (now() - madeAt > patienceMs) end.run({ id, state: 'failed', now: now() });
    else putOff.run({ id, dueAt: now() + waitMs });
    return problem;
  }

  async function sendAll(channel: number): Promise<void> {
    for (
      let row = due.get({ channel, now: now() });
      row && !closing.signal.aborted;
      row = due.get({ channel, now: now() })
    ) {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      const problem = await sendOne(channel, row);
      channels.noteLast(channel, now(), problem);
      onSent();
    }
  }

  return {
    look() {
      if (closing.signal.aborted) return;
      for (const { id, waiting } of channels.list()) {
        if (waiting === 0 || sending.has(id)) continue;
        const run = sendAll(id)
          .catch((error: unknown) => log.error({ channel: id, err: error }, 'notifications wait'))
          .finally(() => sending.delete(id));
        sending.set(id, run);
      }
    },
    async test(channel) {
      if (!channels.get(channel)) return undefined;
      const problem = await trySending(channel, testNotice(now()));
      channels.noteLast(channel, now(), problem);
      return channels.get(channel);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await Promise.all(sending.values());
    },
  };
}

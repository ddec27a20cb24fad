import type { Channel, ChannelPlace, MadeChannel, NewChannel } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { openPayloadSecrets } from '../bridge/payload-secrets.ts';

interface Row {
  id: number;
  name: string;
  reach: Channel['reach'];
  place: string;
  secret: Buffer | null;
  lastAt: number | null;
  lastProblem: string | null;
  goneAt: number | null;
  waiting: number;
  failed: number;
}

/** What the secrets are bound to when they are wrapped: none of them passes for a device's. */
const boundTo = 'alert-channel';

/** A channel of one kind was to become one of another. */
class ChannelKindError extends Error {
  override readonly name = 'ChannelKindError';
  readonly code = 'bad-request';
}

/** Where alerts are sent, in hearth.db; secrets wrapped, and never told. Each change is on disk when it returns, and then told. */
export function openChannels(
  db: Database,
  keyFile: string,
  now: () => number,
  onChanged: () => void = () => {},
) {
  const secrets = openPayloadSecrets(keyFile);
  const select = db.prepare<{ id: number | null }, Row>(
    `SELECT id, name, reach, place, secret, last_at AS lastAt, last_problem AS lastProblem,
       gone_at AS goneAt,
       (SELECT count(*) FROM alert_notice WHERE channel = alert_channel.id AND state = 'waiting') AS waiting,
       (SELECT count(*) FROM alert_notice WHERE channel = alert_channel.id AND state = 'failed') AS failed
     FROM alert_channel WHERE @id IS NULL OR id = @id ORDER BY id`,
  );
  const insert = db.prepare(
    'INSERT INTO alert_channel (name, reach, place, secret) VALUES (@name, @reach, @place, @secret)',
  );
  const update = db.prepare(
    'UPDATE alert_channel SET name = @name, reach = @reach, place = @place, secret = @secret WHERE id = @id',
  );
  const hurry = db.prepare(
    `UPDATE alert_notice SET due_at = @now WHERE channel = @id AND state = 'waiting' AND attempts > 0`,
  );
  const remove = db.prepare('DELETE FROM alert_channel WHERE id = ?');
  const setLast = db.prepare('UPDATE alert_channel SET last_at = ?, last_problem = ? WHERE id = ?');

  const setGone = db.prepare('UPDATE alert_channel SET gone_at = @now, secret = NULL WHERE id = @id');
  const forget = db.prepare('DELETE FROM alert_notice WHERE channel = ?');

  const toChannel = ({ place, secret, lastAt, lastProblem, ...row }: Row): Channel => ({
    ...row,
    place: JSON.parse(place) as ChannelPlace,
    hasSecret: secret !== null,
    last: lastAt === null ? null : { at: lastAt, isSent: lastProblem === null, problem: lastProblem },
  });
  const rowOf = (id: number): Row | undefined => select.get({ id });
  /** What is written: the place without its secret, and that wrapped. */
  const toRow = ({ name, reach, place: given }: NewChannel, former: Buffer | null) => {
    const { secret, ...place } = given as ChannelPlace & { secret?: string };
    const wrapped = secret === undefined ? former : secrets.wrap(boundTo, Buffer.from(secret));
    return { name, reach, place: JSON.stringify(place), secret: wrapped };
  };

  return {
    list: (): Channel[] => select.all({ id: null }).map(toChannel),
    get: (id: number): Channel | undefined => {
      const row = rowOf(id);
      return row && toChannel(row);
    },
    add(channel: NewChannel): MadeChannel {
      const isOurs = channel.place.kind === 'webhook' && channel.place.secret === undefined;
      const secret = isOurs ? `whsec_${randomBytes(32).toString('base64')}` : undefined;
      const place = secret === undefined ? channel.place : { ...channel.place, secret };
      const { lastInsertRowid } = insert.run(toRow({ ...channel, place }, null));
      onChanged();
      const made = toChannel(rowOf(Number(lastInsertRowid))!);
      return secret !== undefined ? { channel: made, secret } : { channel: made };
    },
    /** Undefined when there is none. A secret stays only where it was for: another host does not get it. @throws {ChannelKindError} */
    change(id: number, channel: NewChannel): Channel | undefined {
      const row = rowOf(id);
      if (!row) return undefined;
      const former = JSON.parse(row.place) as ChannelPlace;
      if (former.kind !== channel.place.kind)
        throw new ChannelKindError('A channel stays of its kind: add another, and remove this one.');
      // A webhook's secret is never sent: what is signed with it may go elsewhere.
      const isSame = former.kind === 'webhook' || hostOf(former) === hostOf(channel.place);
      update.run({ id, ...toRow(channel, isSame ? row.secret : null) });
      hurry.run({ id, now: now() });
      onChanged();
      return toChannel(rowOf(id)!);
    },
    remove(id: number): boolean {
      const isRemoved = remove.run(id).changes === 1;
      if (isRemoved) onChanged();
      return isRemoved;
    },
    /** Where to send to; undefined when there is none, or it is gone. @throws {WrappingKeyError} */
    placeOf(id: number): { place: ChannelPlace; secret: string | undefined } | undefined {
      const row = rowOf(id);
      if (!row || row.goneAt !== null) return undefined;
      const secret = row.secret === null ? undefined : secrets.unwrap(boundTo, row.secret).toString();
      return { place: JSON.parse(row.place) as ChannelPlace, secret };
    },
    noteLast(id: number, at: number, problem: string | null): void {
      setLast.run(at, problem, id);
      onChanged();
    },
    /** Its receiver takes nothing any more: what is needed to send is erased with what waits, and it is said. */
    noteGone: db.transaction((id: number, at: number): void => {
      setGone.run({ id, now: at });
      forget.run(id);
    }),
  };
}
export type Channels = ReturnType<typeof openChannels>;

function hostOf(place: ChannelPlace): string {
  if (place.kind === 'homeassistant') return '';
  return place.kind === 'email' ? `${place.host}:${place.port}` : new URL(place.url).host;
}

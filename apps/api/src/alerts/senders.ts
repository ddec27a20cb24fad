import type { ChannelPlace } from '@hearth/contract';
import { createHmac } from 'node:crypto';
import { wordsOf, type Notice } from './notice.ts';
import { NotTakenError, post, timeoutMs } from './post.ts';
import { push, type openPushKeys } from './push.ts';

/** Alertmanager takes an alert for over that is not sent again within minutes, unless it is told an end. */
const alertmanagerMs = 30 * 86_400_000;

type Place<K extends ChannelPlace['kind']> = Extract<ChannelPlace, { kind: K }>;
type Send<K extends ChannelPlace['kind']> = (
  place: Place<K>,
  secret: string | undefined,
  notice: Notice,
  now: number,
) => Promise<void>;

const json = { 'content-type': 'application/json' };
const bearer = (secret: string | undefined): Record<string, string> =>
  secret === undefined ? {} : { authorization: `Bearer ${secret}` };
const below = (url: string, path: string): string => `${url.replace(/\/+$/, '')}${path}`;

/** 1 to 5. @see https://docs.ntfy.sh/publish/#message-priority */
const ntfyPriorities = { urgent: 5, warning: 4, note: 3 } as const;

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function signed(secret: string, id: string, atS: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${atS}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(atS), 'webhook-signature': `v1,${signature}` };
}

/** What some kinds of channels are sent by. */
export interface Means {
  pushKeys: ReturnType<typeof openPushKeys>;
  /** Resolves when the broker has it; null where Hearth does not speak to a Home Assistant. */
  tellHomeAssistant: ((notice: Notice) => Promise<void>) | null;
}

/** Sends one notice; resolves when the receiver took it. @throws what went wrong, see {@link problemOf}. */
export type Sender = (
  place: ChannelPlace,
  secret: string | undefined,
  notice: Notice,
  now: number,
) => Promise<void>;

/** How each kind of channel is sent to. Each throws what went wrong, in words. */
const sendersBy = ({
  pushKeys,
  tellHomeAssistant,
}: Means): { readonly [K in ChannelPlace['kind']]: Send<K> } => ({
  async email({ host, port, security, user, from, to }, secret, notice) {
    const { title, text } = wordsOf(notice);
    // A home that sends no mail does not load what sends it.
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(user === undefined ? {} : { auth: { user, pass: secret ?? '' } }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        from,
        to,
        subject: title,
        text,
        messageId: `<${notice.id}@hearth.invalid>`,
      });
    } finally {
      transport.close();
    }
  },
  async ntfy({ url, topic }, secret, notice) {
    const { title, text } = wordsOf(notice);
    const priority = notice.what === 'resolved' ? 2 : ntfyPriorities[notice.content.severity];
    await post(url, JSON.stringify({ topic, title, message: text, priority }), {
      ...json,
      ...bearer(secret),
    });
  },
  async telegram({ url, chatId }, secret = '', notice) {
    const { title, text } = wordsOf(notice);
    const body = JSON.stringify({ chat_id: chatId, text: `${title}\n${text}` });
    await post(
      below(url, `/bot${encodeURIComponent(secret).replaceAll('%3A', ':')}/sendMessage`),
      body,
      json,
    );
  },
  async webhook({ url }, secret = '', { id, what, content }, now) {
    const body = JSON.stringify({
      type: `alert.${what}`,
      timestamp: new Date(now).toISOString(),
      data: content,
    });
    await post(url, body, { ...json, ...signed(secret, id, Math.floor(now / 1000), body) });
  },
  async alertmanager({ url }, secret, notice) {
    const { kind, subject, severity, title, why, toDo, firedAt, resolvedAt } = notice.content;
    const alert = {
      labels: {
        alertname: notice.what === 'test' ? 'hearth-test' : kind,
        subject,
        severity,
        service: 'hearth',
      },
      annotations: { summary: title, description: why, runbook: toDo },
      startsAt: new Date(firedAt).toISOString(),
      endsAt: new Date(resolvedAt ?? firedAt + alertmanagerMs).toISOString(),
    };
    await post(below(url, '/api/v2/alerts'), JSON.stringify([alert]), { ...json, ...bearer(secret) });
  },
  push: (place, secret = '', notice) => push(place, secret, notice, pushKeys()),
  async homeassistant(_, __, notice) {
    if (!tellHomeAssistant)
      throw new NotTakenError('Hearth does not speak to it: start Hearth with HEARTH_HOMEASSISTANT=on.');
    await tellHomeAssistant(notice);
  },
});

/** Gives the function that sends to every kind of channel. */
export function openSender(means: Means): Sender {
  const senders = sendersBy(means);
  return (place, secret, notice, now) =>
    (senders[place.kind] as Send<typeof place.kind>)(place, secret, notice, now);
}

/** What a failed sending says to people: the receiver's or the system's words, without our secrets. */
export function problemOf(error: unknown, secret: string | undefined): string {
  const { message, name, cause } = error as Error & { cause?: Error };
  const words = name === 'TimeoutError' ? 'It did not answer within 10 s.' : (cause?.message ?? message);
  return (secret ? words.replaceAll(secret, '…') : words).slice(0, 300);
}

import type { ChannelPlace } from '@hearth/contract';
import { createTransport } from 'nodemailer';
import { createHmac } from 'node:crypto';
import { wordsOf, type Notice } from './notice.ts';

/** A receiver that does not answer within this is away. */
const timeoutMs = 10_000;
/** Alertmanager takes an alert for over that is not sent again within minutes, unless it is told an end. */
const alertmanagerMs = 30 * 86_400_000;

/** The receiver answered, and did not take it. */
class NotTakenError extends Error {
  override readonly name = 'NotTakenError';
  readonly code = 'not-taken';
}

type Place<K extends ChannelPlace['kind']> = Extract<ChannelPlace, { kind: K }>;
type Send<K extends ChannelPlace['kind']> = (
  place: Place<K>,
  secret: string | undefined,
  notice: Notice,
  now: number,
) => Promise<void>;

/** Posts; what is answered is not read, and nobody is followed elsewhere. @throws {NotTakenError} @throws {TypeError} */
async function post(url: string, body: string, headers: Record<string, string>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'user-agent': 'Hearth', ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  if (response.ok) return;
  const words = {
    401: 'the secret is wrong',
    403: 'the secret may not do this',
    404: 'there is nothing here',
  };
  const { status } = response;
  const meaning = status < 400 ? 'it sends elsewhere' : words[status as keyof typeof words];
  throw new NotTakenError(`It answered ${status}${meaning ? `: ${meaning}` : ''}.`);
}

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

/** How each kind of channel is sent to. Each throws what went wrong, in words. */
const senders: { readonly [K in ChannelPlace['kind']]: Send<K> } = {
  async email({ host, port, security, user, from, to }, secret, notice) {
    const { title, text } = wordsOf(notice);
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
};

/** Sends one notice; resolves when the receiver took it. @throws what went wrong, see {@link problemOf}. */
export async function send<K extends ChannelPlace['kind']>(
  place: Place<K>,
  secret: string | undefined,
  notice: Notice,
  now: number,
): Promise<void> {
  await (senders[place.kind] as Send<K>)(place, secret, notice, now);
}

/** What a failed sending says to people: the receiver's or the system's words, without our secrets. */
export function problemOf(error: unknown, secret: string | undefined): string {
  const { message, name, cause } = error as Error & { cause?: Error };
  const words = name === 'TimeoutError' ? 'It did not answer within 10 s.' : (cause?.message ?? message);
  return (secret ? words.replaceAll(secret, '…') : words).slice(0, 300);
}

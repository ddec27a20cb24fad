import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from '@playwright/test';
import type { Channel } from '@hearth/contract';
import { expectAccessible, test } from './house.ts';

/** What a webhook sends to. */
async function startReceiver() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => bodies.push(body))
      .then(() => response.end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    bodies,
    [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')),
  };
}

test('a way to be told is added, says how it goes by itself, is changed, and is removed', async ({ page }, {
  project,
}) => {
  await using receiver = await startReceiver();
  const name = `Hook ${project.name}`;
  await page.goto('/');
  await page.getByRole('link', { name: /^Alerts/ }).click();
  const ways = page.getByRole('region', { name: 'Who is told' });
  await ways.getByRole('button', { name: 'Add a way' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Way').selectOption('Webhook');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Address').fill(receiver.url);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog.getByText(/^whsec_/)).toBeVisible();
  await dialog.getByRole('button', { name: 'I have it' }).click();
  const entry = ways.getByRole('listitem').filter({ hasText: name });
  await expect(entry.getByText('Nothing was sent yet.')).toBeVisible();
  // Somebody else sends: this page is told, and asks nobody.
  const { id } = ((await (await page.request.get('/api/channels')).json()) as Channel[]).find(
    (channel) => channel.name === name,
  )!;
  await page.request.post(`/api/channels/${id}/test`);
  await expect(entry.getByText(/^Sent/)).toBeVisible({ timeout: 5000 });
  await entry.getByRole('button', { name: 'Send a test' }).click();
  await expect.poll(() => receiver.bodies.length).toBe(2);

  const change = entry.getByRole('button', { name: 'Change' });
  // While it is being sent there is nothing to change, and nothing takes the focus.
  await expect(change).toBeEnabled();
  await change.focus();
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Address')).toHaveValue(receiver.url);
  await dialog.getByLabel('Address').fill(`${receiver.url}other`);
  await dialog.getByLabel('What for').selectOption('Urgent ones');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(entry.getByText(/Urgent ones/)).toBeVisible();
  await expect(entry.getByRole('button', { name: 'Change' })).toBeFocused();
  await expectAccessible(page);
  await entry.getByRole('button', { name: 'Remove' }).click();
  await expect(entry).toHaveCount(0);
});

test('what is watched for is switched off and on, and quiet hours are kept', async ({ page }) => {
  await page.goto('/alerts');
  const rules = page.getByRole('region', { name: 'What is watched for' });
  const count = rules.getByText(/^\d+ of \d+ are on$/);
  await count.click();
  const before = await count.textContent();
  const window = rules.getByRole('checkbox').first();
  await window.click();
  await expect(count).not.toHaveText(before!);
  await expectAccessible(page);
  await window.click();
  await expect(count).toHaveText(before!);

  const when = page.getByRole('region', { name: 'When' });
  const quiet = when.getByRole('checkbox');
  const isQuiet = await quiet.isChecked();
  await quiet.click();
  await expect(quiet).toBeChecked({ checked: !isQuiet });
  await page.reload();
  await expect(quiet).toBeChecked({ checked: !isQuiet });
});

test('a browser that subscribes is among those who are told, and shows what is pushed @phone', async ({
  page,
  context,
}) => {
  // The push service is in the internet, and headless Chromium grants no notifications: their ends are made here.
  await page.addInitScript(() => {
    const keys = { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) };
    let subscribed: object | null = null;
    Object.defineProperty(Notification, 'permission', { value: 'default' });
    Notification.requestPermission = async () => 'granted';
    Object.assign(PushManager.prototype, {
      getSubscription: async () => subscribed,
      subscribe: async ({ applicationServerKey }: { applicationServerKey: string }) => {
        if (!/^B[\w-]{86}$/.test(applicationServerKey)) throw new Error('not a key');
        const unsubscribe = async () => ((subscribed = null), true);
        subscribed = { endpoint: 'https://127.0.0.1:1/push', toJSON: () => ({ keys }), unsubscribe };
        return subscribed;
      },
    });
  });
  const cdp = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) =>
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [own] }) => {
      if (own) resolve(own.registrationId);
    }),
  );
  await cdp.send('ServiceWorker.enable');
  await page.goto('/alerts');
  const ways = page.getByRole('region', { name: 'Who is told' });
  const starting = context.waitForEvent('serviceworker');
  await ways.getByRole('button', { name: /^Notify this (phone|computer)$/ }).click();
  const entry = ways.getByRole('listitem').filter({ hasText: '· here' });
  await expect(entry).toBeVisible();
  await expect(ways.getByRole('button', { name: /^Notify/ })).toHaveCount(0);
  await entry.getByRole('button', { name: 'Send a test' }).click();
  await expect(entry.getByText(/^Not sent/)).toBeVisible();
  await expectAccessible(page);

  const worker = await starting;
  await worker.evaluate(`
    self.shown = [];
    self.opened = [];
    registration.showNotification = async (title, options) => void self.shown.push({ title, ...options });
    clients.openWindow = async (url) => void self.opened.push(url);
  `);
  await cdp.send('ServiceWorker.deliverPushMessage', {
    origin: new URL(page.url()).origin,
    registrationId: await registered,
    data: JSON.stringify({ title: 'Bench is offline', text: 'It lost its connection.', tag: 'bench' }),
  });
  await expect
    .poll(() => worker.evaluate('self.shown'))
    .toEqual([{ title: 'Bench is offline', body: 'It lost its connection.', tag: 'bench', renotify: true }]);

  await entry.getByRole('button', { name: 'Remove' }).click();
  await expect(ways.getByRole('button', { name: /^Notify/ })).toBeVisible();
  await page.goto('/');
  await worker.evaluate(`
    const click = new ExtendableEvent('notificationclick');
    click.notification = { close() {} };
    dispatchEvent(click);
  `);
  await expect.poll(() => worker.evaluate('self.opened')).toEqual(['/alerts']);
});

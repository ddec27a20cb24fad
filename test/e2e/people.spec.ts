import { expect, type Browser, type Page } from '@playwright/test';
import { sessionCookie } from '@hearth/contract';
import { Secret, TOTP } from 'otpauth';
import { expectAccessible, test, type House } from './house.ts';

const password = 'three cold words';

/** Somebody new, signed in with a browser of their own. */
async function invited(house: House & { cookie: string }, browser: Browser, name: string): Promise<Page> {
  const headers = { 'content-type': 'application/json', cookie: `${sessionCookie}=${house.cookie}` };
  const body = JSON.stringify({ role: 'member', rooms: null });
  const made = await fetch(`${house.url}/api/invitations`, { method: 'POST', headers, body });
  const { token } = (await made.json()) as { token: string };
  const page = await (await browser.newContext({ baseURL: house.url })).newPage();
  await page.request.post('/api/invitation/accept', { data: { token, name, password } });
  return page;
}

test('an owner invites a viewer, who sees and asks, and cannot change anything, also not by the API', async ({
  page,
  browser,
  house,
}, { project }) => {
  const name = `Vera ${project.name}`;
  await page.goto('/');
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('link', { name: 'People' }).click();
  await expect(page.getByRole('button', { name: 'Remove Ada' })).toBeVisible();
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'Only some rooms' }).check();
  await dialog.getByRole('checkbox', { name: 'Living room' }).check();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const link = await dialog.getByText(/\/invitation#/).textContent();
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await expectAccessible(page);

  const guest = await browser.newContext({ baseURL: house.url });
  const theirs = await guest.newPage();
  const reads: number[] = [];
  theirs.on('response', (response) => {
    if (response.url().endsWith('/api/invitation')) reads.push(response.status());
  });
  await theirs.goto(link!);
  await theirs.getByLabel('Your name').fill(name);
  await theirs.getByLabel('Password').fill(password);
  await expectAccessible(theirs);
  await theirs.getByRole('button', { name: 'Come in' }).click();
  await expect(theirs.getByRole('link', { name: /Living room/ })).toBeVisible();
  await expect(theirs.getByRole('link', { name: /Kitchen/ })).toHaveCount(0);
  await expect(theirs.getByRole('link', { name: 'System' })).toHaveCount(0);
  // The link is used up: reading it again would be told that it is not there.
  expect(reads).toEqual([200]);
  const refused: string[] = [];
  theirs.on('response', (response) => {
    if (response.status() === 403) refused.push(response.url());
  });
  await theirs.goto('/devices');
  await expect(theirs.getByRole('heading', { level: 1, name: /Devices/ })).toBeVisible();
  await expect(theirs.getByRole('link', { name: /thermostat/ }).first()).toBeVisible();
  await expect(theirs.getByRole('button', { name: /Connect a device/ })).toHaveCount(0);
  await expect(theirs.getByRole('link', { name: 'Check a device' })).toHaveCount(0);
  await theirs.goto('/devices/demo-living-thermostat');
  await expect(theirs.getByRole('button', { name: /Ask now/ })).toBeVisible();
  await expect(theirs.getByRole('button', { name: /Remove this device|password/ })).toHaveCount(0);
  await theirs.goto('/alerts');
  await expect(theirs.getByText(/Nothing is wrong|One alert|\d+ alerts/).first()).toBeVisible();
  await expect(theirs.getByRole('region')).toHaveCount(1);
  await theirs.goto('/rooms/living-room');
  await expect(theirs.getByRole('button', { name: /Ask now/ })).toBeVisible();
  await expect(theirs.getByRole('slider', { name: /setpoint/ })).toHaveCount(0);

  const cookie = (await guest.cookies()).find((one) => one.name === sessionCookie);
  const response = await fetch(`${house.url}/api/devices/demo-living-thermostat/setpoint`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', cookie: `${sessionCookie}=${cookie!.value}` },
    body: JSON.stringify({ setpoint: 21 }),
  });
  expect(response.status).toBe(403);
  expect(refused).toEqual([]);
  await guest.close();

  await page.reload();
  await page.getByRole('button', { name: `Change ${name}` }).click();
  await expect(dialog.getByRole('checkbox', { name: 'Living room' })).toBeChecked();
  await dialog.getByLabel('As').selectOption('member');
  await dialog.getByRole('checkbox', { name: 'Kitchen' }).check();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Change it' }).click();
  const entry = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name: `Remove ${name}` }) });
  await expect(entry).toContainText(/Member · .*Kitchen/);
  await page.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(dialog).toContainText('in again only by a new invitation');
  await dialog.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(page.getByRole('button', { name: `Remove ${name}` })).toHaveCount(0);
  await page.reload();
  await expect(page.getByText(`Ada removed a person: ${name}`)).toBeVisible();
});

test('somebody has an app asked for at the sign-in, and is in by its code and by a recovery code', async ({
  browser,
  house,
}, { project }) => {
  const name = `Otto ${project.name}`;
  const page = await invited(house, browser, name);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Use an app' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible();
  await expectAccessible(page);
  const secret = await dialog.getByText(/^[A-Z2-7]{32}$/).textContent();
  const app = new TOTP({ secret: Secret.fromBase32(secret!) });
  await dialog.getByRole('textbox', { name: 'Code' }).fill(app.generate());
  await dialog.getByRole('button', { name: 'Use this app' }).click();
  const codes = (await dialog.getByText(/^(\w{4}-){3}\w{4}/).textContent())!.split('\n');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'I have them' }).click();
  await expect(page.getByText(/10 of 10 recovery codes/)).toBeVisible();

  const signIn = async (code: string): Promise<void> => {
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('This code lets nobody in');
    await expectAccessible(page);
    await page.getByLabel('Code').fill(code);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('button', { name: 'Account' })).toBeVisible();
  };
  // A phone whose clock is 30 s ahead: the code of now was used up when the app was added.
  await signIn(app.generate({ timestamp: Date.now() + 30_000 }));
  await signIn(codes[0]!);
  await page.goto('/account');
  await expect(page.getByText(/9 of 10 recovery codes/)).toBeVisible();
  await page.context().close();
});

test('somebody signs in by a passkey, and not any more once it is removed', async ({ browser, house }, {
  project,
}) => {
  const name = `Paula ${project.name}`;
  const page = await invited(house, browser, name);
  await page.goto('/account');
  await expect(page.getByText(/Passkeys belong to a name/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add a passkey' })).toHaveCount(0);

  const named = house.url.replace('127.0.0.1', 'localhost');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
  await page.goto(`${named}/account`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('for localhost')).toBeVisible();
  await expectAccessible(page);

  const signOut = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  };
  await signOut();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('button', { name: 'Remove this passkey' }).click();
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Remove it' }).click();
  await expect(page.getByText('for localhost')).toHaveCount(0);
  await signOut();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('This passkey lets nobody in');
  await page.context().close();
});

test('somebody makes a token for a program, which is told once, and revokes it', async ({ browser, house }, {
  project,
}) => {
  const page = await invited(house, browser, `Tom ${project.name}`);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Display');
  await dialog.getByLabel('Your password').fill(password);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Make a token' }).click();
  const token = await dialog.getByText(/^hearth_/).textContent();
  await dialog.getByRole('button', { name: 'I have it' }).click();
  const ask = async (path: string, method: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = method === 'GET' ? null : JSON.stringify({ setpoint: 21 });
    return (await fetch(house.url + path, { method, headers, body })).status;
  };
  expect(await ask('/api/devices', 'GET')).toBe(200);
  expect(await ask('/api/devices/demo-living-thermostat/setpoint', 'PUT')).toBe(403);
  await page.getByRole('button', { name: 'Revoke Display' }).click();
  await expect(page.getByRole('button', { name: 'Revoke Display' })).toHaveCount(0);
  expect(await ask('/api/devices', 'GET')).toBe(401);
  await page.context().close();
});

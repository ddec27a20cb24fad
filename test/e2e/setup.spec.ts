import { expect, test } from '@playwright/test';
import { expectAccessible, owner, startHouse } from './house.ts';

test('a new owner is three screens and six fields away from a room warming live', async ({ page }) => {
  await using house = await startHouse();
  await house.startSimulator();
  await page.goto(house.link);

  await expect(page.getByText('The code is right')).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('Password').fill(owner.password);
  await page.getByRole('button', { name: 'Continue' }).click();

  await page.getByLabel('What you call it').fill('Elm Street 7');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Continue' }).click();

  await expectAccessible(page);
  await page.getByRole('button', { name: /simulated home/ }).click();

  const living = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'Living room' }) });
  await expect(living).toContainText(/\d\d\.\d°/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('13 devices reporting');
  await expectAccessible(page);

  // The page for new owners closes behind the first.
  await page.goto(house.link);
  await expect(page.getByLabel('Set-up code')).toBeHidden();
});

test('a wrong code is told before anything else is filled in', async ({ page }) => {
  await using house = await startHouse();
  await page.goto(`${house.url}/setup#code=AAAA-AAAA-AAAA`);
  await expect(page.getByText(/code is wrong/i)).toBeVisible();
});

test('a password that others would try is refused where it is typed, in a sentence', async ({ page }) => {
  await using house = await startHouse();
  await page.goto(house.link);
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('Password').fill('password123');
  await page.getByRole('button', { name: 'Continue' }).click();

  const password = page.getByLabel('Password');
  await expect(password).toHaveAccessibleDescription(
    'This password is one of the first that others would try. Choose another one.',
  );
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);

  // The refusal was of what was sent: it goes with the first change.
  await password.fill(owner.password);
  await expect(password).not.toHaveAttribute('aria-invalid');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Your home' })).toBeVisible();
});

test('the browser’s Back goes back one screen, and what was typed is still there', async ({ page }) => {
  await using house = await startHouse();
  await page.goto(house.link);
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('Password').fill(owner.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('What you call it').fill('Elm Street 7');

  await page.goBack();
  await expect(page.getByLabel('Your name')).toHaveValue(owner.name);
  await expect(page.getByLabel('Password')).toHaveValue(owner.password);
  await page.goForward();
  await expect(page.getByLabel('What you call it')).toHaveValue('Elm Street 7');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Where to begin?' })).toBeVisible();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(page.getByLabel('What you call it')).toHaveValue('Elm Street 7');

  // What was typed is kept nowhere but in the page: after a reload the first screen asks for it again.
  await page.reload();
  await expect(page.getByLabel('Your name')).toHaveValue('');
});

test('a code that has run out meanwhile is asked for again, at its field', async ({ page }) => {
  await using house = await startHouse();
  await page.goto(house.link);
  await page.getByLabel('Your name').fill(owner.name);
  await page.getByLabel('Password').fill(owner.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  // A restart makes a new code.
  await house.stopApi();
  await house.startApi();
  await page.getByRole('button', { name: /simulated home/ }).click();
  await expect(page.getByLabel('Set-up code')).toHaveAccessibleDescription(/wrong or has run out/);
  await expect(page.getByLabel('Your name')).toHaveValue(owner.name);
});

test('removing the simulated home closes the menu behind it and leads away from its rooms', async ({
  page,
}) => {
  await using house = await startHouse();
  const cookie = await house.setUp();
  await house.startSimulator();
  await page.context().addCookies([{ name: 'hearth_session', value: cookie, url: house.url }]);
  await page.goto(house.url);
  await page.getByRole('link', { name: /^Kitchen/ }).click();
  await expect(page).toHaveURL(/\/rooms\/kitchen$/);

  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('button', { name: 'Remove the simulated home…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByText('Signed in as')).toBeHidden();
  await page.getByRole('button', { name: 'Remove the simulated home', exact: true }).click();
  await expect(page).toHaveURL(`${house.url}/`);
  await expect(page.getByRole('heading', { name: 'No devices yet' })).toBeVisible();
});

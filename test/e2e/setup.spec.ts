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
  await expect(page.getByRole('heading', { level: 1 })).toContainText('All 13 devices answering');
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

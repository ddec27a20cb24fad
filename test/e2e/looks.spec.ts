import { expect } from '@playwright/test';
import { expectAccessible, test } from './house.ts';

// One after the other in one house: each takes less time than a house does to begin.
test.describe.configure({ mode: 'default' });

/** Each page, and what shows that it is there. */
const pages: Record<string, { path: string; shown: RegExp }> = {
  Home: { path: '/', shown: /°/ },
  Room: { path: '/rooms/living-room', shown: /°/ },
  Devices: { path: '/devices', shown: /°/ },
  Device: { path: '/devices/demo-living-thermostat', shown: /°/ },
  Check: { path: '/check?device=hall-thermostat', shown: /^Address of this machine$/ },
  Alerts: { path: '/alerts', shown: /Nothing is wrong|One alert|\d+ alerts/ },
  People: { path: '/people', shown: /^Owner ·/ },
  'Your account': { path: '/account', shown: /^This browser$/ },
  System: { path: '/system', shown: /^Readings take/ },
};

for (const [name, { path, shown }] of Object.entries(pages))
  test(`${name}, light and dark: axe finds nothing, nothing is cut off, targets are large @every-size`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(path);
    await expect(page.getByText(shown).first()).toBeVisible();
    await expectAccessible(page);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    const small = await page
      .getByRole('button')
      .or(page.getByRole('slider', { name: /setpoint/ }))
      .evaluateAll((elements) =>
        elements
          .map((element) => ({ name: element.textContent, box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < 44)
          .map(({ name: text, box }) => `${text} ${box.width}×${box.height}`),
      );
    expect(small).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await expectAccessible(page);
  });

test('who is signed out comes to the sign-in page, and back to where they were', async ({
  page,
  context,
}) => {
  await context.clearCookies();
  await page.goto('/devices');
  await page.getByLabel('Name').fill('Ada');
  await page.getByLabel('Password').fill('three warm words');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/devices$/);
  await expect(page.getByRole('heading', { level: 1, name: /Devices/ })).toBeVisible();
});

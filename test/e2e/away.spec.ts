import { expect } from '@playwright/test';
import type { SeriesAnswer } from '@hearth/contract';
import { expectAccessible, keepaliveS, test } from './house.ts';

test('devices that die are offline in time, and come back without a hole in the chart', async ({
  page,
  house,
}) => {
  await page.goto('/rooms/bathroom');
  await expect(page.getByText(/just now|s ago/).first()).toBeVisible();
  const killedAt = Date.now();
  await house.killSimulator();
  const climate = page.getByRole('region', { name: 'Temperature', exact: true });
  await expect(climate.getByText(/^Offline · /)).toBeVisible({ timeout: keepaliveS * 1500 });
  await expect(page.getByText(/Offline since/).first()).toBeVisible();
  expect(Date.now() - killedAt).toBeLessThan(keepaliveS * 1500);

  await page.getByRole('button', { name: 'Ask now' }).click();
  await expect(page.getByText(/Not connected/)).toBeVisible();
  await expect(page.getByRole('slider', { name: 'Bathroom setpoint' })).toBeDisabled();

  await expect.poll(() => Date.now() - killedAt, { timeout: 15_000 }).toBeGreaterThan(8000);
  await house.startSimulator();
  await expect(climate.getByText(/^Offline/)).toBeHidden({ timeout: 20_000 });

  const query = (to: number): string =>
    `/api/series?device=demo-bathroom-thermostat&quantities=temperature&from=${killedAt - 5000}&to=${to}&points=4000`;
  const holes = async (): Promise<number> => {
    const now = Date.now();
    const answer = (await (await page.request.get(query(now))).json()) as SeriesAnswer;
    const { start, widthMs } = answer.series[0]!;
    const edges = [...start, now - widthMs];
    return Math.max(...edges.map((at, i) => at - (edges[i - 1] ?? killedAt)));
  };
  // Buckets are 10 s wide at the least: neighbours are one width apart.
  await expect.poll(holes, { timeout: 20_000 }).toBeLessThanOrEqual(10_000);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('13 devices reporting');
});

test('a server that is away is said at once, the last figures stay, and nothing can be commanded', async ({
  page,
  house,
}) => {
  await page.goto('/rooms/kitchen');
  const slider = page.getByRole('slider', { name: 'Kitchen setpoint' });
  await expect(slider).toBeEnabled();
  await house.stopApi();
  await expect(page.getByText(/can.t reach Hearth.*Showing last known/i)).toBeVisible({ timeout: 15_000 });
  await expect(slider).toBeDisabled();
  await house.startApi();
  await expect(page.getByText(/can.t reach Hearth.*Showing last known/i)).toBeHidden({ timeout: 40_000 });
  await expect(slider).toBeEnabled();
});

test('without its broker Home says that no device is heard, and takes no old value for a present one @phone', async ({
  page,
  house,
}) => {
  test.setTimeout(240_000);
  await page.goto('/');
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toContainText('reporting');
  await expect(heading).toContainText('Outside');
  await house.killBroker();
  await expect(heading).toContainText(/No device has been heard since \d{1,2}:\d\d/, { timeout: 15_000 });
  await expect(heading).not.toContainText(/reporting|Outside|heating/);
  // No value is doubted before 45 s.
  const kitchen = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Kitchen' }) });
  await expect(kitchen.getByText(/^Out of date/)).toBeVisible({ timeout: 60_000 });
  await expect(kitchen.getByText(/^(Heating|Idle)$/)).toBeHidden();
  await expectAccessible(page);
  await house.startBroker();
  // After a minute without it there is an alert, which is over when the broker was there for another.
  await expect(heading).toContainText('reporting', { timeout: 120_000 });
});

test('a part of the page that could not be fetched comes when the server is there again', async ({
  page,
}) => {
  let refused = 0;
  await page.route(/history-chart/, (route) => {
    refused++;
    return route.abort();
  });
  await page.goto('/rooms/kitchen');
  await expect(page.getByRole('slider', { name: 'Kitchen setpoint' })).toBeEnabled();
  await expect.poll(() => refused).toBeGreaterThan(1);
  await page.unroute(/history-chart/);
  await expect(page.locator('canvas')).toBeVisible({ timeout: 15_000 });
});

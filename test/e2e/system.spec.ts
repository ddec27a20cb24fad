import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { expectAccessible, test } from './house.ts';

test('the room for readings is told in words, and what a choice promises before it is saved', async ({
  page,
}) => {
  await page.goto('/system');
  const room = page.getByRole('region', { name: 'Room for readings' });
  await expect(room.getByText(/^Readings take [\d.]+ [kM]?B$|^Readings take \d+ bytes$/)).toBeVisible();
  await room.getByRole('button', { name: 'Choose what is kept' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Readings', { exact: true }).selectOption('2 years');
  await expect(dialog.getByText('deleted for good')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(room.getByText('All: readings for 2 years and averages for ever.')).toBeVisible();

  await room.getByRole('button', { name: 'Choose what is kept' }).click();
  await dialog.getByLabel('Readings', { exact: true }).selectOption('For ever');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(room.getByText('Everything, for ever.')).toBeVisible();
});

test('readings are downloaded as CSV, and the same file brings nothing new', async ({ page }, testInfo) => {
  const { project } = testInfo;
  await page.goto('/system');
  const out = page.getByRole('region', { name: 'Take readings out' });
  await out.getByRole('radio', { name: '24 h' }).check();
  const begun = page.waitForEvent('download');
  await out.getByRole('button', { name: 'Download' }).click();
  const download = await begun;
  const path = testInfo.outputPath(`${project.name}.csv`);
  await download.saveAs(path);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  expect(readFileSync(path, 'utf8')).toContain('demo-living-thermostat');
  await expect(out.getByText(/^Downloaded: [\d,]+ readings/)).toBeVisible();

  const into = page.getByRole('region', { name: 'Bring readings in' });
  await into.getByLabel('File').setInputFiles(path);
  await expect(into.getByLabel('Format')).toHaveValue('csv');
  await into.getByRole('button', { name: 'Try first' }).click();
  const job = into.getByRole('listitem').filter({ hasText: `${project.name}.csv` });
  await expect(job.getByText('Tried. Nothing is stored yet.')).toBeVisible();
  await job.getByRole('button', { name: 'Store them' }).click();
  await expect(job.getByText(/^[\d,]+ read, 0 stored, [\d,]+ already there\.$/)).toBeVisible();
  await expectAccessible(page);
});

test('a backup is made and proven, and its key is shown', async ({ page }) => {
  await page.goto('/system');
  const backups = page.getByRole('region', { name: 'Backups' });
  await backups.getByRole('button', { name: 'Back up now' }).click();
  await expect(backups.getByText('Backed up, and proven')).toBeVisible({ timeout: 40_000 });
  await expect(backups.getByText(/was restored for proof/)).toBeVisible();
  await backups.getByRole('button', { name: 'Show the key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Show it' }).click();
  await expect(dialog.getByText(/^AGE-SECRET-KEY-/)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await expect(backups.getByText('It was shown once.', { exact: false })).toBeVisible();
});

test('a status page is shared by link: a stranger sees whether the heating works, without names, until it ends', async ({
  page,
  browser,
}) => {
  await page.goto('/system');
  const panel = page.getByRole('region', { name: 'Availability' });
  await panel.getByRole('button', { name: 'Share a link' }).click();
  const link = await panel.getByText(/\/status\/[\w-]{22}$/).textContent();
  await using stranger = await browser.newContext();
  const theirs = await stranger.newPage();
  await theirs.goto(link!);
  await expect(theirs.getByRole('heading', { level: 1, name: /works|wrong|Nothing is known/ })).toBeVisible();
  await expect(theirs.getByRole('heading', { name: /Room 1/ })).toBeVisible();
  await expect(theirs.getByText('Living room')).toHaveCount(0);
  await expectAccessible(theirs);
  const names = panel.getByLabel('Show the names of home and rooms');
  await names.click();
  await expect(names).toBeChecked();
  await theirs.reload();
  await expect(theirs.getByRole('heading', { name: /Living room/ })).toBeVisible();
  await panel.getByRole('button', { name: 'Stop sharing' }).click();
  await expect(panel.getByText('Link', { exact: true })).toHaveCount(0);
  await theirs.reload();
  await expect(theirs.getByRole('heading', { name: 'This link leads nowhere' })).toBeVisible();
});

test('what is aimed at is changed, and seen where it is reached', async ({ page }) => {
  await page.goto('/system');
  const panel = page.getByRole('region', { name: 'Availability' });
  const dialog = page.getByRole('dialog');
  for (const [share, seconds] of [
    ['98.5', '2.5'],
    ['99.5', '1'],
  ] as const) {
    await panel.getByRole('button', { name: 'Change what is aimed at' }).click();
    await dialog.getByLabel('All rooms available, in %').fill(share);
    await dialog.getByLabel('In time is within, in seconds').fill(seconds);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(panel.getByText(`aimed at ${share} % over 30 days`)).toBeVisible();
    await expect(panel.getByText(`answered within ${seconds} s`)).toBeVisible();
  }
});

test('another machine is added with a file that is given once, and removed', async ({ page }, testInfo) => {
  const name = `garage computer ${testInfo.project.name}`;
  await page.goto('/system');
  const way = page.getByRole('region', { name: 'The way of a reading' });
  await way.getByRole('button', { name: 'Add a machine' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Which one').fill(name);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const begun = page.waitForEvent('download');
  await dialog.getByRole('link', { name: 'Its settings' }).click();
  const download = await begun;
  const path = testInfo.outputPath('settings.json');
  await download.saveAs(path);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    broker: expect.stringMatching(/^mqtts?:/),
    report: new URL(page.url()).origin,
    token: expect.stringMatching(/^[\w-]{43}$/),
  });
  await expect(
    dialog.getByText(`node hearth-probe.mjs --from ${download.suggestedFilename()}`),
  ).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'I have both' }).click();
  const entry = way.getByRole('listitem').filter({ hasText: name });
  await expect(entry.getByText('Waits for its first report.')).toBeVisible();
  await entry.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(entry).toHaveCount(0);
});

test('work on the heating is announced for an hour, and ended', async ({ page }) => {
  await page.goto('/system');
  const panel = page.getByRole('region', { name: 'Availability' });
  await panel.getByRole('button', { name: 'For an hour' }).click();
  await expect(panel.getByText(/^Until /)).toBeVisible();
  await panel.getByRole('button', { name: 'End now' }).click();
  await expect(panel.getByRole('button', { name: 'For an hour' })).toBeVisible();
});

test('the way of a reading is gone when asked for, and told leg by leg', async ({ page }) => {
  await page.goto('/system');
  const way = page.getByRole('region', { name: 'The way of a reading' });
  await way.getByRole('button', { name: 'Probe now' }).click();
  await expect(way.getByText(/^A reading can be read [\d.]+ m?s after it was sent\.$/)).toBeVisible();
  await way.getByText('Leg by leg, this week').click();
  await expect(way.getByRole('row', { name: /^Onto the disk( [\d.]+ m?s){4}$/ })).toBeVisible();
  await expectAccessible(page);
});

import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Debian's headless Chromium, where it is installed; elsewhere Playwright's own. */
const debianChromium = '/usr/bin/chromium-headless-shell';

/** Marks tests of what differs by size. */
const everySize = /@every-size/;

/** `npm test` sets it as far as it goes. */
const isEverySize = process.env['TEST_EVERY_SIZE'] !== 'false';

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  // Two cores; who waits for a device to fall silent needs none.
  workers: 3,
  retries: 0,
  forbidOnly: true,
  // Bounds for what hangs, not figures: machines may be slow.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'line',
  use: {
    // Pictures of each step cost a fifth of a test's time.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: {
      ...(existsSync(debianChromium) && { executablePath: debianChromium }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'phone', use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
    // The tablet sees what differs by size alone: tests that carry the tag.
    { name: 'tablet', use: { viewport: { width: 820, height: 1180 }, hasTouch: true }, grep: everySize },
    // Stories that wait for minutes are told once.
    {
      name: 'laptop',
      use: { viewport: { width: 1440, height: 900 } },
      ...(isEverySize ? { grepInvert: /@phone/ } : { grep: everySize }),
    },
  ],
});

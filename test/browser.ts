import { existsSync } from 'node:fs';
import { type Browser, chromium } from '@playwright/test';

/** Debian's headless shell where there is one (Playwright's own cannot be fetched everywhere). */
const chromiumPath = '/usr/bin/chromium-headless-shell';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A real Chromium for scripts and benchmarks; specs get theirs from playwright.config.ts. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ args, ...(existsSync(chromiumPath) ? { executablePath: chromiumPath } : {}) });
}

import type { Accounts } from '../accounts/accounts.ts';
import type { openCommandDoor } from '../command-door.ts';
import type { Demo } from '../demo.ts';
import { openMetricsToken } from '../metrics-token.ts';
import type { createProbeToken } from '../probe/probe-token.ts';
import type { Reporters } from '../probe/reporters.ts';
import { createAccess, type AccessChecks } from './access.ts';
import type { Permit } from './permit.ts';

/** All ways in: people and their programs, the command line, and tokens for one thing each. */
export function openAccess(parts: {
  dataDir: string;
  accounts: Accounts;
  demo: Demo;
  door: ReturnType<typeof openCommandDoor>;
  probeToken: ReturnType<typeof createProbeToken>;
  reporters: Reporters;
  permit: Permit;
}): AccessChecks {
  const { dataDir, accounts, demo, door, probeToken, reporters, permit } = parts;
  return createAccess(accounts, {
    isEnrolmentToken: (token) => demo.isToken(token),
    isMetricsToken: openMetricsToken(dataDir),
    isProbeToken: (token) => probeToken.isToken(token),
    isReporterToken: (token) => reporters.isToken(token),
    ownerAtCommand: (secret) => (door.isSecret(secret) ? accounts.atCommandLine() : null),
    permit,
  });
}

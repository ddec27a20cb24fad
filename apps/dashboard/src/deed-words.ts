import type { AuditedRoute, Deed } from '@hearth/contract';

/** What was done, after the name of who did it. */
const deedWords: Record<AuditedRoute, string> = {
  setUp: 'set Hearth up',
  signIn: 'signed in',
  signInByPasskey: 'signed in by a passkey',
  acceptInvitation: 'accepted an invitation',
  signOut: 'signed out',
  endSession: 'signed out elsewhere',
  endOtherSessions: 'signed out everywhere else',
  changePassword: 'changed the password',
  confirmAuthenticator: 'began to use an authenticator app',
  removeAuthenticator: 'took the authenticator app away',
  renewRecoveryCodes: 'made new recovery codes',
  addPasskey: 'added a passkey',
  removePasskey: 'removed a passkey',
  makeToken: 'made a token',
  removeToken: 'revoked a token',
  changePerson: 'changed the rights of a person',
  removePerson: 'removed a person',
  invite: 'invited somebody',
  withdrawInvitation: 'withdrew an invitation',
  addRoom: 'added a room',
  removeDemo: 'removed the simulated home',
  setSetpoint: 'set a temperature',
  addDevice: 'added a device',
  changeDevice: 'changed a device',
  removeDevice: 'removed a device',
  changeSecret: 'gave a device a new password',
  encrypt: 'had a device encrypt',
  stopEncrypting: 'stopped the encryption of a device',
  openPairing: 'opened the pairing',
  closePairing: 'closed the pairing',
  addImport: 'uploaded a file',
  startImport: 'began an import',
  endImport: 'ended an import',
  acknowledgeAlert: 'acknowledged an alert',
  muteAlert: 'muted an alert',
  changeAlertSettings: 'changed when alerts are sent',
  changeAlertRule: 'changed a rule of the alerts',
  addChannel: 'added a channel of the alerts',
  changeChannel: 'changed a channel of the alerts',
  removeChannel: 'removed a channel of the alerts',
  testChannel: 'sent a test to a channel',
  changeObjectives: 'changed the objectives',
  addMaintenance: 'announced maintenance',
  removeMaintenance: 'took maintenance back',
  shareStatus: 'changed the sharing of the status page',
  addReporter: 'added a reporter',
  removeReporter: 'removed a reporter',
  changeRetention: 'changed how long readings are kept',
  makeBackup: 'made a backup',
  showBackupKey: 'was shown the key of the backups',
  startCheck: 'began the check of a device',
  stopCheck: 'stopped the check of a device',
};

/** A deed as a sentence without its subject; what an older or newer Hearth wrote down is named as it is. */
export function wordsForDeed({ route, isDone }: Pick<Deed, 'route' | 'isDone'>): string {
  if (route === 'recover') return 'gave a new password on the server';
  const words = (deedWords as Record<string, string>)[route] ?? route;
  if (isDone) return words;
  return route.startsWith('signIn') ? 'could not sign in' : `typed a wrong password (${words})`;
}

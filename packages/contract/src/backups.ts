import { Type, type Static } from 'typebox';
import { Instant } from './ids.ts';
import { ms, nullable } from './shorthand.ts';

const count = Type.Integer({ minimum: 0 });
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** When a backup was begun, in UTC: also the name of its folder. */
export const BackupId = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ$',
  examples: ['2026-11-30T02-30-00Z'],
});

/** How much a backup has of the readings. */
export const BackupReadings = Type.Object({
  devices: count,
  series: count,
  blocks: count,
  readings: count,
  digest: Type.String({
    ...sha256,
    description:
      'Of the chain over all that was sealed then: kept elsewhere, it shows later that nothing changed.',
  }),
});
export type BackupReadings = Static<typeof BackupReadings>;

/** Good: it was decrypted and restored once, and all of it was as it should be. Red: something is not, see `problem`. */
export const Backup = Type.Object({
  id: BackupId,
  at: Instant,
  state: Type.Enum(['good', 'red']),
  problem: Type.Optional(Type.String()),
  bytes: count,
  tookMs: ms,
  checkedAt: nullable(Instant, {
    description: 'When it was restored for proof, or its bytes were compared last.',
  }),
  readings: nullable(BackupReadings, { description: 'null: they are not in it.' }),
  leftOut: Type.Array(Type.String(), { description: 'What is not in it, in words.' }),
});
export type Backup = Static<typeof Backup>;

/** How backups are. `none`: there is none yet and nothing is wrong. `words` are for a person. */
export const BackupState = Type.Object({
  state: Type.Enum(['none', 'good', 'red']),
  words: Type.String(),
  lastGoodAt: nullable(Instant),
  nextAt: nullable(Instant, { description: 'null: only on demand.' }),
});
export type BackupState = Static<typeof BackupState>;

/** What a backup that is being made does now. */
export const backupSteps = ['sealing', 'copying', 'restoring', 'verifying', 'clearing'] as const;

export const BackupsAnswer = Type.Object({
  ...BackupState.properties,
  running: nullable(Type.Object({ startedAt: Instant, step: Type.Enum([...backupSteps]) })),
  folder: Type.String(),
  isBesideData: Type.Boolean({ description: 'The folder is on the disk that it is to outlive.' }),
  freeBytes: nullable(count, { description: 'On the disk of the folder.' }),
  key: Type.Object({
    recipient: nullable(Type.String({ examples: ['age1…'] }), {
      description: 'The public key that backups are encrypted for; null: it is made with the first one.',
    }),
    isShown: Type.Boolean({ description: 'The secret key was shown to somebody.' }),
    isHere: Type.Boolean({ description: 'It is in the data folder too, so that backups can be proven.' }),
  }),
  backups: Type.Array(Backup, { description: 'Newest first.' }),
});
export type BackupsAnswer = Static<typeof BackupsAnswer>;

/** The key that opens all backups, in the form of age. Shown once. */
export const BackupKey = Type.Object({ secret: Type.String(), recipient: Type.String() });
export type BackupKey = Static<typeof BackupKey>;

import { expect, test } from 'vitest';
import { UsageError } from '@hearth/part';
import { parseCommandLine } from './command-line.ts';

const digest = 'ab'.repeat(32);

test.for([
  [[], 'help'],
  [['backup', '--help'], 'help'],
  [['backup'], { verb: 'backup' }],
  [['backups', '--json'], { verb: 'backups' }],
  [['key'], { verb: 'key', isNew: false }],
  [['key', '--new'], { verb: 'key', isNew: true }],
  [['restore', 'a'], { verb: 'restore', folder: 'a', key: null, only: null, isReplacing: false }],
  [
    ['restore', 'a', '--key', 'k', '--replace'],
    { verb: 'restore', folder: 'a', key: 'k', only: null, isReplacing: true },
  ],
  [
    ['restore', 'a', '--only', 'readings.db', '--only', 'hearth.db'],
    { verb: 'restore', folder: 'a', key: null, only: ['readings.db', 'hearth.db'], isReplacing: false },
  ],
  [['recover', 'Anna Maria'], { verb: 'recover', person: 'Anna Maria' }],
  [['verify'], { verb: 'verify', path: null, key: null, digests: [] }],
  [['import', 'ha.db', '--try'], { verb: 'import', file: 'ha.db', format: null, isTry: true }],
  [
    ['export', 'a.csv', '--devices', 'hall,bath', '--from', '2026-11-01'],
    {
      verb: 'export',
      file: 'a.csv',
      format: null,
      devices: 'hall,bath',
      quantities: null,
      first: '2026-11-01',
      last: null,
    },
  ],
  [
    ['verify', 'readings.db', '--digest', digest, '--digest', digest],
    { verb: 'verify', path: 'readings.db', key: null, digests: [digest, digest] },
  ],
] as const)('%j is understood', ([argv, command]) => {
  expect(parseCommandLine(argv)).toEqual(command);
});

test.for([
  ['a verb that there is not', ['dance'], /there is no verb dance/],
  ['a restore of nothing', ['restore'], /restore takes the folder of a backup/],
  ['two folders', ['restore', 'a', 'b'], /one at a time, got also b/],
  ['a backup of something', ['backup', 'a'], /backup takes nothing more, got a/],
  ['an option of another verb', ['backup', '--replace'], /--replace belongs to restore/],
  ['a key where none is needed', ['backups', '--key', 'k'], /--key belongs to restore and verify/],
  ['a recovery of nobody', ['recover'], /recover takes the name of a person/],
  ['an import of nothing', ['import'], /import takes a file/],
  ['an export that tries', ['export', 'a.csv', '--try'], /--try belongs to import/],
  ['half a digest', ['verify', '--digest', 'abc'], /64 digits/],
  ['an unknown option', ['verify', '--all'], /--all/],
] as const)('%s is refused with the reason', ([, argv, words]) => {
  expect(() => parseCommandLine(argv)).toThrow(UsageError);
  expect(() => parseCommandLine(argv)).toThrow(words);
});

// Plain enough to parse on any Node that knows modules, so that an old one gets to say its line.
const oldestMajor = 20;

/**
 * True on Node 20 or newer; on an older one prints what to do and leaves exit code 78 behind.
 * @returns {boolean}
 */
export function hasRequiredNode() {
  if (Number(process.versions.node.split('.')[0]) >= oldestMajor) return true;
  process.stderr.write(
    'hearth: Node ' +
      process.versions.node +
      ' is too old: install Node ' +
      oldestMajor +
      ' or newer from https://nodejs.org, then run this again\n',
  );
  process.exitCode = 78;
  return false;
}

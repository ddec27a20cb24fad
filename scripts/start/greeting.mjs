/** @typedef {import('./supervise.mjs').Address} Address */

/** A broker that has said nothing by then is waited for no longer: the link is printed all the same. */
const brokerWordMs = 5000;

/**
 * What a person reads in the terminal: the link, once, and again only when a restart changed it. With a broker of
 * somebody else's the link waits for the api's first word about it, and says why when it cannot be reached.
 * @param {string | null} logDir
 * @param {boolean} isBrokerOurs started by us, so that it is there
 * @returns {{ showLink: (address: Address) => void, onTrouble: (trouble: string | null) => void }}
 */
export function greeting(logDir, isBrokerOurs) {
  let shown = '';
  let link = '';
  /** @type {string | null | undefined} undefined: nothing is known yet */
  let trouble = isBrokerOurs ? null : undefined;

  const print = () => {
    if (link === '' || link === shown) return;
    shown = link;
    const logs = logDir === null ? '' : ` Logs are in ${logDir}.`;
    process.stdout.write(`\n  ${invitation(link, trouble)}\n\n    ${link}\n\n  Ctrl-C stops it.${logs}\n\n`);
  };
  return {
    showLink(address) {
      link = String(address['link']);
      if (trouble !== undefined) return print();
      setTimeout(print, brokerWordMs).unref();
    },
    onTrouble(present) {
      const wasTold = shown !== '' && trouble !== null;
      const wasReached = shown !== '' && trouble === null;
      trouble = present;
      print();
      if (wasReached && present !== null) process.stdout.write(`  No device is heard: ${present}\n`);
      if (wasTold && present === null) process.stdout.write('  The broker is reached now.\n');
    },
  };
}

/**
 * @param {string} link
 * @param {string | null | undefined} trouble
 * @returns {string}
 */
function invitation(link, trouble) {
  const isNew = link.includes('#code=');
  if (trouble === null) return isNew ? 'Hearth is on. Set it up here:' : 'Hearth is on:';
  const why =
    trouble === undefined
      ? 'its broker has not answered yet.'
      : `its broker cannot be reached:\n\n    ${trouble}`;
  return `Hearth runs, and ${why}\n\n  Until then no device is heard. ${isNew ? 'Set it up' : 'It is'} here:`;
}

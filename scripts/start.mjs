// `npm start`: everything that newer syntax needs is imported only after the Node was found new enough.
import { hasRequiredNode } from './require-node.mjs';

if (hasRequiredNode())
  void import('./start/start.mjs').then(({ start }) =>
    start({ isDev: process.argv.includes('--dev'), isBuildOnly: process.argv.includes('--build') }),
  );

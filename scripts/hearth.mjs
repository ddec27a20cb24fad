// `npm run hearth`: everything that newer syntax needs is imported only after the Node was found new enough.
import { hasRequiredNode } from './require-node.mjs';

if (hasRequiredNode())
  void import('./start/command-line.mjs').then(({ runHearth }) => runHearth(process.argv.slice(2)));

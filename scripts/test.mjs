// `npm test`: everything that newer syntax needs is imported only after the Node was found new enough.
import { hasRequiredNode } from './require-node.mjs';

if (hasRequiredNode()) void import('./test/test.mjs').then(({ test }) => test());

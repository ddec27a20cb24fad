/**
 * A home server has little memory. With Node's own settings the platform grew to 504 MB in the demo's first
 * minute, with small new space (MB) to 328, with both to 290; see `pnpm bench whole`.
 */
const smallHeap = ['--max-semi-space-size=2', '--optimize-for-size'];

/**
 * What Node takes when it runs a part. What is compiled is cached for one set of these: whatever fills the cache for
 * the parts has to run with the same.
 */
export const partNodeArgs = [
  ...smallHeap,
  `--import=${new URL('./use-libraries.mjs', import.meta.url).href}`,
];

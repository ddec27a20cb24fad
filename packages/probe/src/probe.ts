export { echo, type Echo } from './echo.ts';
export { createHistogram, type Histogram } from './histogram.ts';
export { LegError, timed, type Measured } from './leg.ts';
export { openLink, type Link, type LinkOptions } from './link.ts';

// `npm run hearth-uninstall`: takes back what Hearth has put on this machine, but for its data. On any Node that npm has.
import { uninstall } from './start/uninstall.mjs';

uninstall();

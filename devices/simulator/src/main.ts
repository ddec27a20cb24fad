import { runPart } from '@hearth/part';
import { config } from './config.ts';
import { startDemo } from './demo.ts';

await runPart({ name: 'simulator', config, start: startDemo });

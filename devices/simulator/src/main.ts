import { runPart } from '@hearth/part';
import { config, startDemo } from './simulator.ts';

await runPart({ name: 'simulator', config, start: startDemo });

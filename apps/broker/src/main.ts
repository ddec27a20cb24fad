import { runPart } from '@hearth/part';
import { config, startBroker } from './broker.ts';

await runPart({ name: 'broker', config, start: startBroker });

import { runPart } from '@hearth/part';
import { config, startApi } from './api.ts';

await runPart({ name: 'api', config, start: startApi });

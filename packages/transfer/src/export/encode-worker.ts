import { workerData } from 'node:worker_threads';
import type { ExportFormat } from '@hearth/contract';
import type { RawReadings } from '@hearth/store';
import { answerAll } from '../answering.ts';
import { encoders } from './encoders.ts';

/** What the encoder is asked for: the beginning of the file, a slice of it, its end. */
export type EncodeAsk = 'begin' | 'end' | RawReadings;

const { format } = workerData as { format: ExportFormat };
const encoder = encoders[format]();

answerAll(
  (ask: EncodeAsk) => (typeof ask === 'string' ? encoder[ask]() : encoder.add(ask)),
  ({ buffer, byteLength }) => (byteLength === 0 ? [] : [buffer]),
);

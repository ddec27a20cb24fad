import { parentPort } from 'node:worker_threads';
import { refusalOf } from '../errors.ts';
import { sealPiece, type Change } from '../sealed/sealing.ts';
import type { Work } from '../sqlite/sealing.ts';
import type { FromWorker, ToWorker } from '../thread.ts';

const port = parentPort!;
const reply = (message: FromWorker<Change>): void => port.postMessage(message, []);

port.on('message', (message: ToWorker<Work>) => {
  if (message === 'close') {
    port.close();
    return;
  }
  const { id, ask } = message;
  try {
    reply({ id, answer: sealPiece(ask.device, ask.piece, ask.ground) });
  } catch (error) {
    reply({ id, refusal: refusalOf(error) });
  }
});
reply('ready');

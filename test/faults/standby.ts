import { connect } from 'node:net';
import { flushCompileCache } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded in front of a part's own main file: reads the broker's modules, says that it has, and holds the start until
 * it is told to go on. A broker that is to be killed two hundred times need not be compiled while others wait for it.
 */
if (isMainThread) {
  await import('@hearth/broker');
  flushCompileCache();
  const socket = connect(process.env['FAULTS_STANDBY']!);
  socket.write(`${process.pid}\n`);
  await new Promise<void>((resolve) => {
    socket.once('data', () => resolve());
    // The test has gone.
    socket.once('close', () => process.exit(0));
  });
  socket.removeAllListeners('close');
  socket.destroy();
}

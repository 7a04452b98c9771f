/** Bytes on a socket, for requests that no client would write. */
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Sends the parts with pauses between them and gives what came back until the other side closed. */
export async function sendRaw(port: number, parts: readonly (string | Buffer)[], pauseMs = 0): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  try {
    for (const part of parts) {
      if (socket.destroyed) break;
      socket.write(part);
      if (pauseMs > 0) await wait(pauseMs);
    }
    await closed;
    return Buffer.concat(chunks).toString('latin1');
  } finally {
    socket.destroy();
  }
}

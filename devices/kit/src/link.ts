import { generate, parser as createParser, type IConnectPacket, type Packet } from 'mqtt-packet';
import type { Socket } from 'node:net';
import type { Shown } from './authority.ts';
import { heardMaxBytes, type Log } from './log.ts';
import { openSegments } from './lossy.ts';

/** One connection of the device: packets in and out, all of them in the log. */
export interface Link {
  /** From 1, in the order in which they were opened. */
  readonly number: number;
  readonly openedAt: number;
  /** What the broker showed of itself; null without TLS. */
  readonly shown: Shown | null;
  /** Null until it has come. */
  connect: IConnectPacket | null;
  /** Null while it is open. Times are milliseconds of the run. */
  closedAt: number | null;
  /** Who ended it; null while it is open. */
  endedBy: 'device' | 'kit' | null;
  /** Topic filters that were granted, and their QoS. */
  readonly filters: Map<string, 0 | 1>;
  send(packet: Packet): void;
  /** Ends when what was sent is on its way. */
  end(): void;
  /** Ends without a word. */
  cut(): void;
}

export interface LinkOptions {
  number: number;
  socket: Socket;
  shown: Shown | null;
  log: Log;
  /** Whether packets get lost at present. */
  isLossy: () => boolean;
  onPacket: (link: Link, packet: Packet) => void;
}

/** Speaks MQTT on a socket whose opening is in the log already. */
export function openLink({ number, socket, shown, log, isLossy, onPacket }: LinkOptions): Link {
  const parser = createParser({ protocolVersion: 4 });
  const link: Link = {
    number,
    openedAt: log.now(),
    shown,
    connect: null,
    closedAt: null,
    endedBy: null,
    filters: new Map(),
    send(packet) {
      if (!socket.writable) return;
      log.note({ link: number, from: 'kit', what: packet.cmd, packet });
      segments.write(generate(packet, { protocolVersion: link.connect?.protocolVersion ?? 4 }));
    },
    end() {
      link.endedBy ??= 'kit';
      socket.destroySoon();
    },
    cut() {
      link.endedBy ??= 'kit';
      socket.destroy();
    },
  };
  const segments = openSegments(socket, isLossy, (bytes) => {
    if (link.closedAt !== null) return;
    if (log.hear(bytes.length)) parser.parse(bytes);
    else refuse(`this run has heard ${heardMaxBytes / 1e6} MB, and hears no more`);
  });
  const refuse = (words: string): void => {
    log.note({ link: number, from: 'device', what: 'malformed', words });
    link.cut();
  };
  parser.on('packet', (packet) => {
    if (packet.cmd === 'connect') link.connect ??= packet;
    if (packet.cmd === 'disconnect') link.endedBy ??= 'device';
    log.note({ link: number, from: 'device', what: packet.cmd, packet });
    // [MQTT-2.3.1-1]
    if (packet.messageId === 0) {
      refuse('its packet identifier is 0');
      return;
    }
    try {
      onPacket(link, packet);
    } catch (error) {
      // The parser lets some packets through for which there is no answer.
      refuse((error as Error).message);
    }
  });
  parser.on('error', (error) => refuse(error.message));
  socket.setNoDelay(true);
  socket.on('error', (error) => {
    if (shown !== null && link.connect === null)
      log.note({ link: number, from: 'device', what: 'broke-tls', words: error.message });
  });
  // What a device that went away still has to be sent is of no use.
  socket.on('end', () => socket.destroy());
  socket.on('close', () => {
    link.closedAt = log.now();
    link.endedBy ??= 'device';
    log.note({ link: number, from: link.endedBy, what: 'closed' });
  });
  return link;
}

import { useSyncExternalStore } from 'react';
import type { QueryClient } from '@tanstack/react-query';
import type { Command, Device, LiveEvents, Probes, ProbeRun } from '@hearth/contract';
import { setServerNow } from '../clock.ts';
import { eventsPath } from './client.ts';
import type { StreamEvent } from './event-stream.ts';
import { applyChanges, noteChanges, type DeviceChange } from './live-cache.ts';
import { hiddenMs, openLive, type Link } from './live.ts';
import { keys } from './queries.ts';

let link: Link = { state: 'connecting', sinceAt: Date.now() };
const listeners = new Set<() => void>();

function setLink(next: Link): void {
  link = next;
  for (const notify of listeners) notify();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The link to the server, for the pill and the banner. */
export function useLink(): Link {
  return useSyncExternalStore(subscribe, () => link);
}

function patchDevices(client: QueryClient, changes: DeviceChange[]): void {
  noteChanges(changes);
  const before = client.getQueryData<Device[]>(keys.devices);
  if (!before) return;
  const { devices, hasUnknown } = applyChanges(before, changes);
  client.setQueryData(keys.devices, devices);
  if (hasUnknown) void client.invalidateQueries({ queryKey: keys.devices });
  for (const { event, data } of changes)
    if (event === 'device') void client.invalidateQueries({ queryKey: keys.device(data.id), exact: true });
}

/** Exports and imports are fetched only where they are shown, and one fetch at a time. */
function refetchTransfers(client: QueryClient, { kind }: LiveEvents['transfer']): void {
  const queryKey = kind === 'export' ? keys.exports : keys.imports;
  void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
}

/** Channels are fetched only where they are shown. */
function refetchChannels(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: keys.channels });
}

/** A run that ended has changed the figures, which are fetched only where they are shown. */
function takeProbe(client: QueryClient, run: ProbeRun): void {
  client.setQueryData<Probes>(keys.probes, (before) => before && { ...before, last: run });
  if (run.state !== 'running') void client.invalidateQueries({ queryKey: keys.probes });
}

/** Turns one turn of events into changes of the query cache: one of the device list, whatever it holds. */
function takeEvents(client: QueryClient, events: readonly StreamEvent[]): void {
  const changes: DeviceChange[] = [];
  for (const { event, data } of events) {
    const body: unknown = JSON.parse(data);
    if (event === 'hello' || event === 'heartbeat') setServerNow((body as LiveEvents['hello']).now);
    else if (event === 'reset') void client.invalidateQueries();
    else if (event === 'rooms') void client.invalidateQueries({ queryKey: keys.rooms });
    else if (event === 'transfer') refetchTransfers(client, body as LiveEvents['transfer']);
    else if (event === 'check')
      void client.invalidateQueries({ queryKey: keys.check }, { cancelRefetch: false });
    else if (event === 'channels') refetchChannels(client);
    else if (event === 'alert') {
      void client.invalidateQueries({ queryKey: keys.alerts });
      // Whom it is sent to has one more that waits.
      refetchChannels(client);
    } else if (event === 'probe') takeProbe(client, body as ProbeRun);
    else if (event === 'health') client.setQueryData(keys.health, body);
    else if (event === 'reading') changes.push({ event, data: body as LiveEvents['reading'] });
    else if (event === 'device') changes.push({ event, data: body as Device });
    else if (event === 'command') changes.push({ event, data: body as Command });
    else if (event === 'removed') changes.push({ event, data: body as LiveEvents['removed'] });
  }
  if (changes.length > 0) patchDevices(client, changes);
}

/**
 * Opens the live stream for as long as the page has a session; returns the way to close it. A page that was
 * hidden for a minute lets go, and comes back at once when it is seen, or the phone is online again.
 */
export function startLive(client: QueryClient, onSignedOut: () => void): () => void {
  setLink({ state: 'connecting', sinceAt: Date.now() });
  const stream = openLive({
    url: eventsPath,
    onEvents: (events) => takeEvents(client, events),
    onLink: (next) => {
      // What was fetched before the stream began may be older than its first event.
      if (next.state === 'live' && link.state === 'away') void client.invalidateQueries();
      else if (next.state === 'live') void client.invalidateQueries({ queryKey: keys.devices });
      setLink(next);
      if (next.state === 'signed-out') onSignedOut();
    },
  });
  let pause: ReturnType<typeof setTimeout> | undefined;
  let isPaused = false;
  const events = new AbortController();
  const wake = () => {
    clearTimeout(pause);
    if (isPaused || link.state === 'away') stream.resume();
    isPaused = false;
  };
  const onVisibility = () => {
    if (!document.hidden) return wake();
    pause = setTimeout(() => {
      isPaused = true;
      stream.pause();
    }, hiddenMs);
  };
  document.addEventListener('visibilitychange', onVisibility, { signal: events.signal });
  window.addEventListener('pageshow', wake, { signal: events.signal });
  window.addEventListener('online', wake, { signal: events.signal });
  return () => {
    clearTimeout(pause);
    events.abort();
    stream.close();
  };
}

import { openHearth } from './engines/hearth.ts';
import { openHomeAssistant } from './engines/home-assistant.ts';
import { openNaiveRows } from './engines/naive-rows.ts';
import type { Shelf } from './shelf.ts';

/** What a server of ours can stand before. */
const shelves = {
  hearth: (folder: string) => openHearth(folder, { stampMs: 1 }),
  hearth100: (folder: string) => openHearth(folder, { stampMs: 100 }),
  hearthEverySecond: (folder: string) => openHearth(folder, { commitMs: 1000 }),
  naive: async (folder: string) => openNaiveRows(folder),
  homeAssistant: async (folder: string) => openHomeAssistant(folder, { rows: 'changes' }),
  homeAssistantAll: async (folder: string) => openHomeAssistant(folder, { rows: 'all' }),
  homeAssistantEvery5s: async (folder: string) =>
    openHomeAssistant(folder, { rows: 'changes', commitMs: 5000 }),
} satisfies Record<string, (folder: string) => Promise<Shelf>>;

export type ShelfName = keyof typeof shelves;

export const openShelf = (name: ShelfName, folder: string): Promise<Shelf> => shelves[name](folder);

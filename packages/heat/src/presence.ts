/** From an hour of the day on (local, may have a fraction): how a room is lived in. */
export interface Presence {
  fromHour: number;
  people: number;
  /** What appliances take: 2 to 5 W for each m² in most homes. */
  appliancesW: number;
  /** How far the window is open, 0 to 1; shut if not said. */
  openShare?: number;
}

/**
 * Dry heat of one person who sits, W; another 45 W are vapour.
 * @see ASHRAE Fundamentals 2017, chapter 18, table 1 (seated, very light work)
 */
export const personW = 70;

/** Of the heat of people and appliances half shines on surfaces. @see ISO 13790:2008, C.2 */
export const convectiveShare = 0.5;

/**
 * What a day's presence does to its room at an hour: heat in W, and how far the window is open.
 * @param day In order of `fromHour`; its last entry holds over midnight. None: an empty room.
 */
export function presenceAt(day: readonly Presence[], hour: number): { presenceW: number; openShare: number } {
  const entry = day.findLast(({ fromHour }) => fromHour <= hour) ?? day.at(-1);
  if (!entry) return { presenceW: 0, openShare: 0 };
  return { presenceW: entry.people * personW + entry.appliancesW, openShare: entry.openShare ?? 0 };
}

/**
 * @typedef {object} Depth how far the tests go that could go on for ever
 * @property {number} kills of a broker at random moments
 * @property {number} apiKills of an api whose devices go on
 * @property {number} breakdowns of broker and api, one right behind the other
 * @property {number} powerCuts images of a disk on which the power went
 * @property {number} controlCuts images of a disk that was never told to keep anything, which have to show it
 * @property {number} visits of subscribers that come and go under a burst
 * @property {number} fuzzSeconds how long mutated packets are sent
 * @property {number} storeKills of a store that seals, prunes and copies
 * @property {number} storePowerCuts images of its disk
 * @property {number} noticeKills of a process that sends alerts
 * @property {number} alertCrashes in the middle of a step of the alerts' machine
 * @property {number} stormHomes of eight devices each, which lose their broker together
 * @property {boolean} hasAlertHomes 32 real homes in trouble tell of it too; the same is judged of single devices always
 * @property {number} alertMonths of a device in which nothing is wrong
 * @property {number} histories of readings that a store is compared with a sorted map on
 * @property {number} mutants devices that break one rule, each of which the conformance kit has to find
 * @property {readonly number[]} delaysMs by which one direction of one connection is slowed, to be found by the probe
 * @property {boolean} isEverySize stories are told in a browser at a laptop's size too; what every page looks like always is
 */

/** What is promised of every commit. @type {Depth} */
const whole = {
  kills: 200,
  apiKills: 10,
  breakdowns: 6,
  powerCuts: 500,
  controlCuts: 60,
  visits: 25,
  fuzzSeconds: 60,
  storeKills: 20,
  storePowerCuts: 50,
  noticeKills: 30,
  alertCrashes: 1000,
  hasAlertHomes: true,
  alertMonths: 10,
  stormHomes: 63,
  histories: 10_000,
  mutants: 100,
  delaysMs: [5, 120, 3000],
  isEverySize: true,
};
/**
 * The same tests for who waits for them. Fuzzing is cut less: growing memory shows only behind the first 600 runs.
 * @type {Depth}
 */
const brief = {
  kills: 5,
  apiKills: 3,
  breakdowns: 2,
  powerCuts: 10,
  controlCuts: 20,
  visits: 10,
  fuzzSeconds: 10,
  storeKills: 3,
  storePowerCuts: 5,
  noticeKills: 3,
  alertCrashes: 150,
  hasAlertHomes: false,
  alertMonths: 1,
  stormHomes: 6,
  histories: 150,
  mutants: 4,
  delaysMs: [120],
  isEverySize: false,
};

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Depth} the whole where the environment says that it is CI, as CI services do
 */
export function depthOf({ CI = '' }) {
  return ['', '0', 'false'].includes(CI) ? brief : whole;
}

/** How far the tests go in this process. */
export const depth = depthOf(process.env);

/** @param {Depth} of */
const words = ({ kills, powerCuts, fuzzSeconds, storeKills, storePowerCuts, noticeKills, histories }) =>
  `${kills + storeKills + noticeKills} kills, ${powerCuts + storePowerCuts} power cuts, ${fuzzSeconds} s of fuzzing and ${histories} histories`;

/** One line for people. */
export const depthInWords =
  depth === whole ? `With ${words(whole)}.` : `With ${words(brief)}; CI=true makes it ${words(whole)}.`;

/** Uniform numbers in [0, 1), the same for the same seed and name. */
export type Random = () => number;

/** 32-bit FNV-1a over the UTF-16 code units, to turn a name into a seed. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/**
 * A stream of random numbers of its own for each seed and name, so that one device's use of chance never
 * shifts another's. Not for secrets.
 * @see sfc32 of PractRand (Chris Doty-Humphrey): 128 bit of state, passes its tests beyond 1 TB.
 */
export function createRandom(seed: number, name: string): Random {
  let a = hash(name);
  let b = seed | 0;
  let c = 0x9e3779b9;
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 4_294_967_296;
  };
  // The authors mix 12 to 20 rounds in before the first number counts.
  for (let round = 0; round < 15; round++) next();
  return next;
}

/** One number of the standard normal distribution. @see Box & Muller 1958 */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

import type { Intake } from './intake.ts';
import type { Mark, Position } from './position.ts';

/**
 * Reads a file from a position on: what it finds goes to the intake, and after every few thousand readings at most it
 * gives a mark, before which all has gone there.
 * @throws {RefusalError} when the file is not of this format, or is damaged so that nothing more can be read
 */
export type Reader = (path: string, from: Position, intake: Intake) => AsyncGenerator<Mark>;

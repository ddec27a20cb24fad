// Readings out to files, and in from files: those of Hearth and of other programs.
export * from './export/export.ts';
export type { Stretch } from './export/slices.ts';
export * from './import/import.ts';

import { createContext, useContext } from 'react';
import { createFormat, type Format } from './format.ts';

/** How figures look before the home is known: as the browser is set, in °C. */
export const browserFormat = createFormat({
  locale: navigator.language,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  temperatureUnit: 'celsius',
});

/** The home's formatter, for everything below the shell. */
export const FormatContext = createContext<Format>(browserFormat);

/** The formatter of the home on show. */
export function useFormat(): Format {
  return useContext(FormatContext);
}

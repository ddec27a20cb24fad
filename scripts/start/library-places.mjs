/** Where `npm start` puts the libraries that it makes few files of; a URL that ends with a slash. */
export const librariesUrl = new URL('../../node_modules/.cache/libraries/', import.meta.url);

/**
 * What is imported, and its file there without the ending. TypeBox comes as some 700 files, of which each part loads
 * all; what signs certificates as some 200.
 */
export const libraryFiles = {
  '@peculiar/x509': 'x509',
  typebox: 'typebox',
  'typebox/compile': 'typebox-compile',
  'typebox/value': 'typebox-value',
};

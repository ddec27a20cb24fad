import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceDir, referenceDocuments } from './docs/documents.ts';

mkdirSync(referenceDir, { recursive: true });
for (const [name, text] of Object.entries(referenceDocuments())) {
  writeFileSync(join(referenceDir, name), text);
  console.log(`docs/reference/${name}: ${text.length} characters`);
}

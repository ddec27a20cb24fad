import { posix } from 'node:path';
import type { Breach, SourceFile } from './sources.ts';

/** Relative links and anchors in Markdown that lead nowhere. `paths` are all files of the repository. */
export function linkBreaches(documents: readonly SourceFile[], paths: readonly string[]): Breach[] {
  const there = new Set(paths.flatMap((path) => [path, ...foldersOf(path)]));
  const anchors = new Map(documents.map(({ path, text }) => [path, anchorsOf(text)]));
  return documents.flatMap(({ path, text }) =>
    linksOf(text).flatMap((link) => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return [];
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : posix.join(posix.dirname(path), decodeURI(file)).replace(/\/$/, '');
      if (!there.has(target)) return [{ path, what: `links to ${link}: there is no such file` }];
      const known = anchors.get(target);
      if (anchor && known && !known.has(anchor))
        return [{ path, what: `links to ${link}: there is no such heading` }];
      return [];
    }),
  );
}

function foldersOf(path: string): string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}

/** The text without code: what stands there is not a link or a heading. */
function withoutCode(text: string): string {
  return text.replaceAll(/^ *(```+|~~~+).*\n[\s\S]*?^ *\1 *$/gm, '').replaceAll(/`[^`\n]*`/g, '``');
}

/** Targets of inline links, images, reference definitions and of HTML's `src` and `href`. */
function linksOf(markdown: string): string[] {
  const text = withoutCode(markdown);
  const patterns = [
    /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
    /^\s*\[[^\]]+\]:\s+(\S+)/gm,
    /<(?:img|a|source|video)\b[^>]*?\b(?:src|href|srcset)="([^"]+)"/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!));
}

/** The anchors that GitHub gives a document's headings, and those that its HTML names. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const text = markdown.replaceAll(/^ *(```+|~~~+).*\n[\s\S]*?^ *\1 *$/gm, '');
  for (const [, heading] of text.matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const slug = heading!
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    let name = slug;
    for (let n = 1; anchors.has(name); n++) name = `${slug}-${n}`;
    anchors.add(name);
  }
  for (const [, name] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(name!);
  return anchors;
}

/** Words in which what stands between backticks is code. */
export function CodeWords({ children }: { children: string }) {
  return Array.from(children.matchAll(/`([^`]*)`|[^`]+/gu), ({ 0: text, 1: code, index }) =>
    code === undefined ? text : <code key={index}>{code}</code>,
  );
}

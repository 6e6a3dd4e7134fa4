/** The directory document as a YAML file: read with places to point at, and written for people to edit. */

import type { DirectoryDocument } from '@rung/domain/directory/document-of.ts';
import type { Issue, Path } from '@rung/domain/directory/issue.ts';
import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';

/** Line and column from 1. */
export type Place = { readonly line: number; readonly column: number };

export type DirectoryFile =
  | { readonly ok: true; readonly document: unknown; placeOf(path: Path): Place }
  | { readonly ok: false; readonly faults: readonly (Place & { readonly message: string })[] };

/**
 * Reads YAML 1.2: keys are text and unique, tags are refused, and aliases cannot make a small file a huge document.
 * `placeOf` is where a path of the document stands, or the nearest thing above it that does.
 */
export function readDirectoryFile(text: string): DirectoryFile {
  const lines = new LineCounter();
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const parsed = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // It compares every key with every other: 7 s for 20,000 assets. We look for twins ourselves, below.
    uniqueKeys: false,
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const faults = [...parsed.errors, ...parsed.warnings].map(({ message, pos }) => ({
    ...place(pos[0]),
    message,
  }));
  visit(parsed, {
    Alias(_, alias) {
      if (alias.resolve(parsed) !== undefined) return;
      faults.push({ ...place(offsetOf(alias)), message: `nothing is called &${alias.source}` });
    },
    Map(_, map) {
      const seen = new Set<string>();
      for (const pair of map.items) {
        const key = keyText(pair);
        const message = `the key '${key}' is here a second time; keep one of them`;
        if (seen.has(key)) faults.push({ ...place(offsetOf(pair.key)), message });
        seen.add(key);
      }
    },
  });
  if (faults.length > 0) return { ok: false, faults };
  try {
    const document: unknown = parsed.toJS({ maxAliasCount: 100 });
    const locate = locator(parsed);
    return { ok: true, document, placeOf: (path) => place(locate(path)) };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return {
      ok: false,
      faults: [{ ...place(0), message: 'uses aliases too often; write them out' }],
    };
  }
}

/** Answers the offset of the deepest part of a path that the document has; 0 = not even its section. */
function locator(parsed: ReturnType<typeof parseDocument>): (path: Path) => number {
  const pairs = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  const pairsOf = (map: YAMLMap): ReadonlyMap<string, Pair> => {
    const known = pairs.get(map) ?? new Map(map.items.map((pair) => [keyText(pair), pair]));
    pairs.set(map, known);
    return known;
  };

  const find = (node: unknown, path: Path): number | null => {
    if (isAlias(node)) return find(node.resolve(parsed), path);
    const [head, ...rest] = path;
    if (head === undefined) return null;
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(head));
      const inside = pair ? find(pair.value, rest) : null;
      // "any" may be left out of a table of policies: what stands below it may stand in its place.
      const instead = head === 'any' && inside === null ? find(node, rest) : null;
      return inside ?? instead ?? (pair ? offsetOf(pair.key) : null);
    }
    if (isSeq(node)) {
      const item = typeof head === 'number' ? node.items[head] : node.items.find(isText(head));
      return item === undefined ? null : (find(item, rest) ?? offsetOf(item));
    }
    // One value alone stands for a list of one.
    return head === 0 || isText(String(head))(node) ? offsetOf(node) : null;
  };
  return (path) => find(parsed.contents, path) ?? 0;
}

function isText(text: string) {
  return (node: unknown): boolean => isScalar(node) && node.value === text;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

/** One line an issue, "FILE:LINE:COLUMN path: message", in the order of the file. */
export function issueLines(
  name: string,
  issues: readonly Issue[],
  placeOf: (path: Path) => Place,
): readonly string[] {
  return faultLines(
    name,
    issues.map(({ path, message }) => ({
      ...placeOf(path),
      message: path.length === 0 ? message : `${path.join('.')}: ${message}`,
    })),
  );
}

/** As `issueLines`, for what has a place of its own. */
export function faultLines(
  name: string,
  faults: readonly (Place & { readonly message: string })[],
): readonly string[] {
  return faults
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .map(({ line, column, message }) => `${name}:${line}:${column} ${message}`);
}

const heading = ` The directory of this Rung. To change it: edit this file, then

   npx -y pnpm@10 directory apply FILE.yaml --dry-run    shows what would change
   npx -y pnpm@10 directory apply FILE.yaml              changes it

 What this file does not mention stays as it is; with --prune it goes (people are disabled, policies retired).
 An item that is mentioned is replaced whole: a field that is left out takes its default. All fields: docs/directory.md`;

/** The document as YAML, with a heading on how to use it. `readDirectoryFile` reads the same document from it. */
export function writeDirectoryFile(document: DirectoryDocument): string {
  const yaml = new Document(document, { aliasDuplicateObjects: false });
  // An empty line would end the comment.
  yaml.commentBefore = heading.replaceAll('\n\n', '\n \n');
  visit(yaml, {
    Seq(_, list) {
      list.flow = list.items.every(isScalar);
    },
    Pair(key, pair) {
      // A blank line before each section.
      if (typeof key === 'number' && key > 0 && yaml.contents && isMap(yaml.contents)) {
        if (yaml.contents.items[key] === pair && isScalar(pair.key)) pair.key.spaceBefore = true;
      }
    },
  });
  return yaml.toString({ lineWidth: 100, flowCollectionPadding: false });
}

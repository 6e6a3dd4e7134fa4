import { builtinModules } from 'node:module';
import { matchesGlob, posix } from 'node:path';
import { importsOf, type Import } from './imports-of.ts';
import { keepers, onNode, rooms, type Room } from './rooms.ts';

const among = (names: readonly string[], name: string): boolean =>
  names.some((entry) => (entry.endsWith('/') ? name.startsWith(entry) : name === entry));

const roomOf = (path: string): Room | undefined =>
  rooms.find((room) => room.files.some((glob) => matchesGlob(path, glob)));

/** The file of ours that an import means, from the root; null = not ours. */
function ours(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  if (specifier.startsWith('#lib/')) return `web/src/lib/${specifier.slice('#lib/'.length)}`;
  const [, name, rest] = /^@rung\/([^/]+)\/?(.*)$/.exec(specifier) ?? [];
  if (name === undefined) return null;
  return name === 'server' || name === 'web' ? `${name}/${rest}` : `packages/${name}/src/${rest}`;
}

const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

function whyNotPackage(room: Room, specifier: string): string | null {
  const isNodes = specifier.startsWith('node:') || builtinModules.includes(packageOf(specifier));
  const name = isNodes ? 'node:' : packageOf(specifier);
  if (room.uses !== undefined) {
    if (room.uses.includes(name)) return null;
    return `${room.name} may import ${room.uses.join(', ') || 'no package at all'}`;
  }
  const isTest = room.name.startsWith('test');
  if (isNodes) {
    return onNode.some((start) => room.name.startsWith(start))
      ? null
      : `${room.name} does not run on Node`;
  }
  const keeper = keepers[name];
  if (keeper === undefined || isTest || among(keeper, room.name)) return null;
  return `only ${keeper.join(', ')} may import ${name}`;
}

function whyNot(room: Room, path: string, { specifier, typesOnly }: Import): string | null {
  const file = ours(path, specifier);
  if (file === null) return whyNotPackage(room, specifier);
  const target = roomOf(file);
  if (target === undefined) return `${file} is in no room of scripts/rooms.ts`;
  if (target === room || among(room.may, target.name)) return null;
  if (among(room.mayTypes ?? [], target.name)) {
    return typesOnly ? null : `${room.name} may import only types of ${target.name}`;
  }
  return `${room.name} may import ${[...room.may, ...(room.mayTypes ?? [])].join(', ') || 'only itself'}; not ${target.name}`;
}

/** What a file imports against the table of rooms.ts, each as `file:line imports x: why not`. `path` from the root, with slashes. */
export function offences(path: string, text: string): readonly string[] {
  const room = roomOf(path);
  if (room === undefined) return [`${path}:1 is in no room of scripts/rooms.ts: give it a row`];
  return importsOf(path, text).flatMap((found) => {
    const why = whyNot(room, path, found);
    return why === null ? [] : [`${path}:${found.line} imports ${found.specifier}: ${why}`];
  });
}

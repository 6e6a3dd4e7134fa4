/** What is reported in the demo, and by whom. */

import type { Instant } from '@rung/domain/base/time.ts';
import type { Report } from '@rung/domain/ticket/commands.ts';
import { ulid } from 'ulid';
import { type Chance, oneOf } from './chance.ts';
import { matters, type Trouble, troubles } from './texts.ts';
import { type Act, isPlayed, type World } from './world.ts';

type Place = Pick<Report['args'], 'site' | 'asset' | 'category'>;

/** Of ten reports four are the client's own. */
const ofClients = 0.4;
/** Of ten one is about nothing that stands there. */
const aboutNothing = 0.12;

export type Asked = {
  /** Whoever reports it has it, so that nobody is paged. */
  readonly isTaken: boolean;
  /** It must be S1 or S2. */
  readonly isUrgent?: boolean;
  /** It goes to a team that this person is of. */
  readonly teamOf?: string;
  /** How long ago, at most, by its severity. */
  readonly agoMs?: (severity: Trouble['severity']) => number;
};

/** One report; null = there is nobody whom it could be of. */
export function report(
  world: World,
  draw: Chance,
  now: Instant,
  { agoMs = () => 0, ...asked }: Asked,
): Act | null {
  const { isTaken } = asked;
  const { trouble, team, ...place } = what(world, draw, asked);
  const person = reporter(world, draw, place, isTaken ? team : null);
  if (person === undefined) return null;
  const ago = Math.round(draw() * agoMs(trouble.severity));
  const args = {
    ...trouble,
    ...place,
    ticket: ulid(now - ago, draw),
    team: null,
    take: isTaken,
  };
  return { person, command: { name: 'report', args }, agoMs: ago, page: null };
}

/** A trouble of an asset, or a matter of a site, and the team that it goes to. */
function what({ directory }: World, draw: Chance, { isUrgent = false, teamOf }: Asked) {
  const teamFor = (category: string | null) =>
    (category === null ? null : directory.category.get(category)?.team) ??
    [...directory.organisation.values()][0]?.team ??
    null;
  const isHis = (category: string | null) =>
    teamOf === undefined ||
    (directory.team.get(teamFor(category) ?? '')?.members ?? []).includes(teamOf);
  const asset = oneOf(
    [...directory.asset].filter(([, { category }]) => isHis(category)),
    draw,
  );
  const category = asset?.[1].category ?? null;
  const possible = (troubles[category ?? ''] ?? []).filter(
    ({ severity }) => !isUrgent || severity === 'S1' || severity === 'S2',
  );
  const isMatter = !isUrgent && teamOf === undefined && draw() < aboutNothing;
  const trouble = isMatter ? undefined : oneOf(possible, draw);
  if (trouble !== undefined && asset !== undefined) {
    const place: Place = { asset: asset[0], site: asset[1].site, category: null };
    const title = `${asset[1].name}: ${trouble.title.charAt(0).toLowerCase()}${trouble.title.slice(1)}`;
    return { trouble: { ...trouble, title }, ...place, team: teamFor(category) };
  }
  const site = oneOf([...directory.site.keys()], draw) ?? null;
  const matter = oneOf(matters, draw) ?? matters[0]!;
  return { trouble: matter, asset: null, site, category: null, team: teamFor(null) };
}

/** `team`: one of it takes it at once. Else a client's person, or one of ours who heard of it. */
function reporter(
  world: World,
  draw: Chance,
  { site }: Place,
  team: string | null,
): string | undefined {
  const { directory } = world;
  const members = (key: string | null) =>
    (key === null ? [] : (directory.team.get(key)?.members ?? [])).filter((person) =>
      isPlayed(person, world),
    );
  if (team !== null) return oneOf(members(team), draw);
  const client = site === null ? null : directory.site.get(site)?.client;
  const theirs = [...directory.person]
    .filter(([key, person]) => person.client === client && isPlayed(key, world))
    .map(([key]) => key);
  const ours = [...directory.team.keys()].flatMap(members);
  return draw() < ofClients
    ? (oneOf(theirs, draw) ?? oneOf(ours, draw))
    : (oneOf(ours, draw) ?? oneOf(theirs, draw));
}

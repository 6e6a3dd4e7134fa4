import { must } from '../base/must.ts';
import { accept, refuse, type Result } from '../base/result.ts';
import type { Directory, Person } from '../directory/directory.ts';
import { organisationKey } from '../directory/directory.ts';
import { policyVersionFor } from '../directory/policy-for.ts';
import type { Report } from '../ticket/commands.ts';
import type { Routed } from '../ticket/events.ts';
import type { Refusal } from '../ticket/refusals.ts';

type Said = Pick<Report['args'], 'type' | 'severity' | 'site' | 'asset' | 'category' | 'team'>;

/**
 * Where a new ticket goes (domain.md, section 6). The team is the one named, else the asset's, site's, category's,
 * client's, the organisation's; the policy comes by contract, then team, then organisation. That there always is one is
 * what `lintDirectory` holds. What the report names must be there, and be the reporter's own where he is a client's
 * person: foreign and unknown answer alike.
 */
export function routeReport(
  said: Said,
  reporter: Person,
  directory: Directory,
): Result<Routed, Refusal> {
  const isForeign = (site: string | null) =>
    reporter.client !== null &&
    site !== null &&
    directory.site.get(site)?.client !== reporter.client;
  const asset = named(directory.asset, said.asset);
  if (asset === undefined || isForeign(asset?.site ?? null))
    return refuse({ kind: 'unknown-asset' });
  const siteKey = said.site ?? asset?.site ?? null;
  const site = named(directory.site, siteKey);
  if (site === undefined || isForeign(siteKey)) return refuse({ kind: 'unknown-site' });
  if (asset !== null && asset.site !== siteKey) return refuse({ kind: 'asset-elsewhere' });
  const category = named(directory.category, said.category ?? asset?.category ?? null);
  if (category === undefined) return refuse({ kind: 'unknown-category' });
  // Teams are ours: to a client's person none is known.
  const isHidden = reporter.client !== null && said.team !== null;
  if (isHidden || named(directory.team, said.team) === undefined) {
    return refuse({ kind: 'unknown-team' });
  }

  const clientKey = site?.client ?? reporter.client;
  const organisation = must(directory.organisation.get(organisationKey), 'an organisation');
  const team =
    said.team ??
    asset?.team ??
    site?.team ??
    category?.team ??
    named(directory.client, clientKey)?.team ??
    organisation.team;
  const { type, severity } = said;
  const policyVersion = policyVersionFor(directory, { client: clientKey, team, type, severity });
  return accept({
    name: 'routed',
    args: {
      team,
      client: clientKey,
      site: siteKey,
      policyVersion,
    },
  });
}

/** The item; null = none was named; undefined = one was named that there is not. */
function named<Item>(
  items: ReadonlyMap<string, Item>,
  key: string | null,
): Item | null | undefined {
  return key === null ? null : items.get(key);
}

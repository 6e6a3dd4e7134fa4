/**
 * What must hold between the items of a directory, so that nothing later has to ask. Asked before every edit, of the
 * directory as it would be after it. Costs one look at each item.
 */

import { organisationKey, severities, ticketTypes, type Directory } from './directory.ts';
import { findings, type Findings, type Issue } from './issue.ts';
import { lintPolicies, lintTable } from './lint-policies.ts';
import { lintCalendar, lintSchedule } from './lint-times.ts';
import { policyIn } from './policy-for.ts';

/**
 * Everything wrong with the directory, empty when it may be used.
 * `teamsInUse`: keys of teams with open tickets, which must not go.
 */
export function lintDirectory(
  directory: Directory,
  options: { readonly teamsInUse?: ReadonlySet<string> } = {},
): readonly Issue[] {
  const found = findings(directory);
  lintOrganisation(directory, found);
  lintPeople(directory, found);
  lintTeams(directory, found, options.teamsInUse ?? new Set());
  lintPlaces(directory, found);
  for (const [key, calendar] of directory.calendar) lintCalendar(key, calendar, found);
  for (const [key, schedule] of directory.schedule) lintSchedule(key, schedule, found);
  lintPolicies(directory, found);
  lintContracts(directory, found);
  return found.issues;
}

function lintOrganisation(directory: Directory, found: Findings): void {
  const organisation = directory.organisation.get(organisationKey);
  if (!organisation) {
    found.report(
      ['organisation'],
      'is missing; add it with a name, a zone, a team and its policies',
    );
    return;
  }
  found.exists('team', organisation.team, ['organisation', 'team']);
  lintTable(directory, organisation.policies, ['organisation', 'policies'], found);
  lintEveryTicketHasAPolicy(directory, found);
}

/** Contract and team are asked before the organisation: where its table has a hole, every team must fill it. */
function lintEveryTicketHasAPolicy(directory: Directory, found: Findings): void {
  const table = directory.organisation.get(organisationKey)?.policies ?? {};
  const holes: string[] = [];
  const withoutAny = new Set<string>();
  for (const type of ticketTypes) {
    for (const severity of severities) {
      if (policyIn(table, type, severity) !== undefined) continue;
      const teams = [...directory.team].filter(
        ([, team]) => policyIn(team.policies, type, severity) === undefined,
      );
      if (teams.length === 0) continue;
      holes.push(`${type} ${severity}`);
      for (const [key] of teams) withoutAny.add(key);
    }
  }
  if (holes.length === 0) return;
  found.report(
    ['organisation', 'policies'],
    `names no policy for ${few(holes)}, nor does team ${few([...withoutAny])}; ` +
      'add "any: <policy>" here, so that no ticket is without one',
  );
}

function few(words: readonly string[]): string {
  const shown = words.slice(0, 4).join(', ');
  return words.length > 4 ? `${shown} and ${words.length - 4} more` : shown;
}

function lintPeople(directory: Directory, found: Findings): void {
  const byEmail = new Map<string, string>();
  let admins = 0;
  for (const [key, person] of directory.person) {
    const path = ['people', key];
    const email = person.email.toLowerCase();
    const other = byEmail.get(email);
    if (other !== undefined) {
      found.report(
        [...path, 'email'],
        `is also the address of '${other}'; every person needs an own one, disabled people too`,
      );
    }
    byEmail.set(email, key);
    // What a disabled person belonged to may be gone; he keeps its key for the history.
    if (person.disabled) continue;
    if (person.roles.includes('admin')) admins += 1;
    const isClient = person.roles.includes('client');
    if (isClient && person.roles.length > 1) {
      found.report([...path, 'roles'], "a client's person has no other role; write only client");
    } else if (isClient && person.client === null) {
      found.report(path, 'has the role client; add "client:" with the key of the company');
    } else if (!isClient && person.client !== null) {
      found.report(
        [...path, 'client'],
        'is only for people with the role client; remove it, or the other roles',
      );
    }
    if (!isClient && person.ownTicketsOnly) {
      found.report([...path, 'own-tickets-only'], "is only for a client's people; remove it");
    }
    found.exists('client', person.client, [...path, 'client']);
  }
  if (admins === 0) {
    found.report(
      ['people'],
      'has nobody enabled with the role admin, so that nobody could get in to change anything; ' +
        'give somebody "roles: [admin, staff]"',
    );
  }
}

function lintTeams(directory: Directory, found: Findings, teamsInUse: ReadonlySet<string>): void {
  for (const key of teamsInUse) {
    if (directory.team.has(key)) continue;
    found.report(
      ['teams', key],
      `team '${key}' still has open tickets; keep it until they are transferred or resolved`,
    );
  }
  for (const [key, team] of directory.team) {
    const path = ['teams', key];
    found.canAct(team.lead, [...path, 'lead']);
    for (const member of team.members) found.canAct(member, [...path, 'members', member]);
    found.exists('schedule', team.schedule, [...path, 'schedule']);
    found.exists('calendar', team.calendar, [...path, 'calendar']);
    lintTable(directory, team.policies, [...path, 'policies'], found);
  }
}

function lintPlaces(directory: Directory, found: Findings): void {
  for (const [key, client] of directory.client) {
    found.canAct(client.accountOwner, ['clients', key, 'account-owner']);
    found.exists('team', client.team, ['clients', key, 'team']);
  }
  for (const [key, site] of directory.site) {
    found.exists('client', site.client, ['sites', key, 'client']);
    found.exists('team', site.team, ['sites', key, 'team']);
  }
  for (const [key, asset] of directory.asset) {
    found.exists('site', asset.site, ['assets', key, 'site']);
    found.exists('category', asset.category, ['assets', key, 'category']);
    found.exists('team', asset.team, ['assets', key, 'team']);
  }
  for (const [key, category] of directory.category) {
    found.exists('team', category.team, ['categories', key, 'team']);
  }
}

function lintContracts(directory: Directory, found: Findings): void {
  const byClient = new Map<string, string>();
  for (const [key, contract] of directory.contract) {
    const path = ['contracts', key];
    const other = byClient.get(contract.client);
    if (other !== undefined) {
      found.report(
        [...path, 'client'],
        `'${contract.client}' already has the contract '${other}'; a client has at most one`,
      );
    }
    byClient.set(contract.client, key);
    found.exists('client', contract.client, [...path, 'client']);
    found.exists('calendar', contract.calendar, [...path, 'calendar']);
    lintTable(directory, contract.policies, [...path, 'policies'], found);
    for (const severity of severities) {
      const target = contract.targets[severity] ?? {};
      const named = [
        ['first-response', target.firstResponse],
        ['next-update', target.nextUpdate],
        ['resolution', target.resolution],
      ] as const;
      for (const [field, span] of named) {
        if (span?.n !== 0) continue;
        found.report([...path, 'targets', severity, field], 'is no time at all; write 15m or more');
      }
    }
  }
}

import { must } from '../base/must.ts';
import type { Contract, Directory, PolicyTable, Severity, TicketType } from './directory.ts';

/** What a table says about a type and severity; the type is asked before the severity, the exact before `any`. */
export function policyIn(
  table: PolicyTable,
  type: TicketType,
  severity: Severity,
): string | undefined {
  return table[type]?.[severity] ?? table[type]?.any ?? table.any?.[severity] ?? table.any?.any;
}

/**
 * The policy of a new ticket, by contract -> team -> the organisation's default (domain.md, section 6).
 * null = there is none, which `lintDirectory` does not let happen.
 */
export function policyFor(
  directory: Directory,
  ticket: {
    readonly contract: string | null;
    readonly team: string;
    readonly type: TicketType;
    readonly severity: Severity;
  },
): string | null {
  const tables = [
    ticket.contract === null ? undefined : directory.contract.get(ticket.contract)?.policies,
    directory.team.get(ticket.team)?.policies,
    directory.organisation.get('organisation')?.policies,
  ];
  for (const table of tables) {
    const policy = table && policyIn(table, ticket.type, ticket.severity);
    if (policy !== undefined) return policy;
  }
  return null;
}

/** The policy version that a run beginning now is pinned to. That there is one is what `lintDirectory` holds. */
export function policyVersionFor(
  directory: Directory,
  {
    client,
    team,
    type,
    severity,
  }: {
    readonly client: string | null;
    readonly team: string;
    readonly type: TicketType;
    readonly severity: Severity;
  },
): string {
  const contract = contractOf(directory, client)?.[0] ?? null;
  const policy = policyFor(directory, { contract, team, type, severity });
  const version = policy === null ? null : directory.policy.get(policy)?.current;
  return must(version, `a policy for ${type} ${severity} at ${team}`);
}

/** The client's contract, by its key; null = it has none. */
export function contractOf(
  { contract }: Pick<Directory, 'contract'>,
  client: string | null,
): readonly [key: string, contract: Contract] | null {
  if (client === null) return null;
  return [...contract].find(([, one]) => one.client === client) ?? null;
}

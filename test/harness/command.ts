import type { Command } from '@rung/domain/ticket/commands.ts';
import type { CommandRequest, OutcomeMessage } from '@rung/protocol/command.ts';
import { ulid } from 'ulid';
import type { Visitor } from './house.ts';

type Name = Command['name'];
type Args<Of extends Name> = Extract<Command, { name: Of }>['args'];
type Meant<Of extends Name> = CommandRequest & {
  readonly command: { readonly name: Of; readonly args: Args<Of> };
};

/** What a device says of its clock: it acted `agoMs` before it sends, and measured `offset` at its contact before. */
type When = {
  readonly agoMs?: number;
  readonly offset?: number | null;
  readonly uid?: string;
};

/** A command as a device would send it. Its clock begins with 1970; only what it says of the time between counts. */
export function requestOf<Of extends Name>(
  name: Of,
  args: Args<Of>,
  { agoMs = 0, offset = null, uid = ulid() }: When = {},
): Meant<Of> {
  const at = 1_000_000_000;
  return { now: at + agoMs, command: { uid, at, offset, name, args } } as unknown as Meant<Of>;
}

/** A report as a device would send it. */
export function reportMessage(
  title: string,
  args: Partial<Args<'report'>> = {},
  when?: When,
): Meant<'report'> {
  return requestOf('report', reportArgs(title, args), when);
}

export function reportArgs(title: string, args: Partial<Args<'report'>> = {}): Args<'report'> {
  return {
    ticket: ulid(),
    type: 'incident',
    severity: 'S3',
    title,
    description: '',
    site: null,
    asset: null,
    category: null,
    team: null,
    take: false,
    ...args,
  };
}

/** Sends it, and answers what became of it. @throws when it is no outcome. */
export async function send(visit: Visitor, json: CommandRequest): Promise<OutcomeMessage> {
  const answer = await visit('/api/commands', { json });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()) as OutcomeMessage;
}

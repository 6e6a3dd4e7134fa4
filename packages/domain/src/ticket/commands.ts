import type { Severity, TicketType } from '../directory/directory.ts';

/** "Something is wrong, somebody must look." The ticket's id is made on the device. */
export type Report = {
  readonly name: 'report';
  readonly args: {
    readonly ticket: string;
    readonly type: TicketType;
    readonly severity: Severity;
    readonly title: string;
    readonly description: string;
    readonly site: string | null;
    readonly asset: string | null;
    readonly category: string | null;
    /** The team the reporter named; null = where the directory sends it. */
    readonly team: string | null;
  };
};

/** What a person may want done to a ticket. */
export type Command = Report;

/**
 * The simulated phones: each of our people has one, an ordinary device with its secret, and what it shows is kept in this
 * process's memory. It takes what dispatch sends, and gives its receipts and answers through the ordinary doors.
 */

import type { Instant } from '@rung/domain/base/time.ts';
import { withdrawals } from '@rung/domain/paging/says.ts';
import { ulid } from 'ulid';
import type { Writer } from '../../apply/writer.ts';
import { newSecret } from '../../auth/device-secret.ts';
import type { Clock } from '../../clock.ts';
import type { Transport } from '../../dispatch/transport.ts';
import { wordsFor } from '../../dispatch/push/words.ts';
import type { Shown } from '../../http/parts.ts';

/** Kind of contact method. */
export const simulated = 'simulated';
/** So much is kept of what each shows. */
const mostShown = 5;

export type Phone = {
  readonly device: string;
  /** `Authorization` of its requests. */
  readonly authorization: string;
};

type Screen = { readonly key: string; readonly page: string | null; readonly shown: Shown };

export type Phones = {
  readonly transport: Transport;
  /** null = he has none now. */
  of(person: string): Phone | null;
  /** Newest first. */
  shown(person: string): readonly Shown[];
  /** Notifications that were shown and not told of yet, by person; they are told of then. */
  takeUnsaid(): ReadonlyMap<string, readonly string[]>;
  /** He tapped Acknowledge in the notification of this page. */
  answered(person: string, page: string, at: Instant): void;
  /** Gives the person one, unless he has it. */
  give(person: string): Promise<void>;
  /** The server does not know it any more: he is given another. */
  lost(person: string): void;
  /** Takes it away: what he is told goes to his own devices. */
  takeAway(person: string): Promise<void>;
};

type Parts = {
  readonly writer: Pick<
    Writer,
    'registerDevice' | 'revokeDevice' | 'addContactMethod' | 'unsubscribe'
  >;
  readonly clock: Clock;
  /** Called when something was shown. */
  readonly onShown: () => void;
};

export function openPhones({ writer, clock, onShown }: Parts): Phones {
  const phones = new Map<string, Phone>();
  const screens = new Map<string, readonly Screen[]>();
  const unsaid = new Map<string, string[]>();

  return {
    transport: {
      send(outgoing) {
        const { notification, ticket, collapseKey } = outgoing;
        const { message } = notification;
        const at = clock.now();
        const shown: Shown = {
          ...wordsFor(outgoing, ticket?.title ?? '', at),
          ticket: message.ticket,
          at,
          isLoud: message.isLoud && !withdrawals.includes(message.says),
          answeredAt: null,
        };
        const screen = { key: collapseKey, page: message.page, shown };
        // As on a real one: it takes the place of what it is about.
        const others = (screens.get(message.person) ?? []).filter(({ key }) => key !== collapseKey);
        screens.set(message.person, [screen, ...others].slice(0, mostShown));
        unsaid.set(message.person, [...(unsaid.get(message.person) ?? []), notification.id]);
        onShown();
        return Promise.resolve({ kind: 'accepted' });
      },
    },

    of: (person) => phones.get(person) ?? null,
    shown: (person) => (screens.get(person) ?? []).map(({ shown }) => shown),

    takeUnsaid() {
      const taken = new Map(unsaid);
      unsaid.clear();
      return taken;
    },

    answered(person, page, at) {
      const before = screens.get(person) ?? [];
      const after = before.map((screen) =>
        screen.page === page ? { ...screen, shown: { ...screen.shown, answeredAt: at } } : screen,
      );
      screens.set(person, after);
    },

    async give(person) {
      if (phones.has(person)) return;
      const at = clock.now();
      const device = ulid(at);
      const { secret, secretHash } = newSecret();
      const isTaken = await writer.registerDevice({
        id: device,
        person,
        secretHash,
        sessionHash: null,
        at,
      });
      if (!isTaken) return;
      await writer.addContactMethod({
        id: device,
        person,
        kind: simulated,
        address: device,
        brokenAt: null,
        shownAt: null,
        missed: 0,
        check: null,
      });
      phones.set(person, { device, authorization: `Device ${device}.${secret}` });
    },

    lost: (person) => void phones.delete(person),

    async takeAway(person) {
      const phone = phones.get(person);
      if (phone === undefined) return;
      phones.delete(person);
      await removePhone(writer, person, phone.device, clock.now());
    },
  };
}

/** Also one that a process before this one left, whose secret nobody knows any more. */
export async function removePhone(
  writer: Pick<Writer, 'unsubscribe' | 'revokeDevice'>,
  person: string,
  device: string,
  at: Instant,
): Promise<void> {
  await writer.unsubscribe({ device, person });
  await writer.revokeDevice({ id: device, person, at });
}

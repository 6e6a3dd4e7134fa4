import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can fall silent: connections stay open, nothing comes through any more. */
export type Way = {
  /** The address to use instead. */
  readonly url: URL;
  fallSilent(): void;
  /**
   * Keeps back what matches on its way there, or the answer to it, and all that comes behind it on that connection;
   * once. Resolves when it has come.
   */
  keepBack(which: 'question' | 'answer', of: RegExp): Promise<Kept>;
  close(): void;
};

export type Kept = {
  /** Lets it through, and what comes behind it. */
  letGo(): void;
};

type Trap = {
  readonly which: 'question' | 'answer';
  readonly of: RegExp;
  readonly caught: (kept: Kept) => void;
};

/** Opens a way to what listens at `to`. */
export async function wayTo(to: URL): Promise<Way> {
  const sockets = new Set<Socket>();
  const traps = new Set<Trap>();
  let isSilent = false;

  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    const [there, back] = [lane(near, far), lane(far, near)];
    const [asked, answered] = [counter(ofQuestions), counter(ofAnswers)];
    let awaited: { readonly answer: number; readonly caught: Trap['caught'] } | null = null;
    near.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      const trap = [...traps].find(({ of }) => of.test(text));
      const found = trap?.of.exec(text);
      // The question goes on behind the last that matches.
      const within = found ? found.index + found[0].length - 1 : 0;
      const before = asked(chunk.subarray(0, within));
      asked(chunk.subarray(within));
      if (trap !== undefined) {
        traps.delete(trap);
        if (trap.which === 'question') there.hold();
        else awaited = { answer: before + 1, caught: trap.caught };
      }
      there.pass(chunk);
      if (trap?.which === 'question') trap.caught(there);
    });
    far.on('data', (chunk: Buffer) => {
      const count = answered(chunk);
      const waiting = awaited !== null && count >= awaited.answer ? awaited : null;
      if (waiting !== null) {
        awaited = null;
        back.hold();
      }
      back.pass(chunk);
      waiting?.caught(back);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(to);
  url.port = String((server.address() as AddressInfo).port);

  /** One direction of one connection. */
  function lane(from: Socket, into: Socket) {
    let held: (() => void)[] | null = null;
    const later = (act: () => void): void => void (held === null ? act() : held.push(act));
    const self = {
      pass(chunk: Buffer) {
        if (!isSilent) later(() => into.write(chunk));
      },
      hold: () => void (held ??= []),
      letGo() {
        const all = held ?? [];
        held = null;
        for (const act of all) act();
      },
    };
    sockets.add(from);
    from.on('error', () => later(() => into.destroy()));
    from.on('close', () => later(() => into.destroy()));
    return self;
  }

  return {
    url,
    fallSilent() {
      isSilent = true;
    },
    keepBack: (which, of) =>
      new Promise((caught) => {
        traps.add({ which, of, caught });
      }),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** What ends a question: a Sync, a simple query, or the start of the connection, which alone has no letter. */
const ofQuestions = { ends: 'SQ', isLetterless: true };
/** What ends the answer to each: ReadyForQuery. */
const ofAnswers = { ends: 'Z', isLetterless: false };

/**
 * Counts what Postgres' protocol brought to its end, however it was cut: each message is a letter, its length and so
 * much more. Answers how many there were in all.
 */
function counter({ ends, isLetterless }: typeof ofQuestions): (chunk: Buffer) => number {
  let count = 0;
  let rest = Buffer.alloc(0);
  let head = isLetterless ? 0 : 1;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= head + 4) {
      const end = head + rest.readUInt32BE(head);
      if (rest.length < end) break;
      if (head === 0 || ends.includes(String.fromCharCode(rest.readUInt8(0)))) count += 1;
      rest = rest.subarray(end);
      head = 1;
    }
    return count;
  };
}

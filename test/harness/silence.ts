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
    near.on('data', (chunk: Buffer) => {
      const trap = [...traps].find(({ of }) => of.test(chunk.toString('latin1')));
      if (trap !== undefined) {
        traps.delete(trap);
        if (trap.which === 'question') there.hold();
        else back.holdNext(trap.caught);
      }
      there.pass(chunk);
      if (trap?.which === 'question') trap.caught(there);
    });
    far.on('data', (chunk: Buffer) => back.pass(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(to);
  url.port = String((server.address() as AddressInfo).port);

  /** One direction of one connection. */
  function lane(from: Socket, into: Socket) {
    let held: (() => void)[] | null = null;
    let caught: ((kept: Kept) => void) | null = null;
    const later = (act: () => void): void => void (held === null ? act() : held.push(act));
    const self = {
      pass(chunk: Buffer) {
        if (isSilent) return;
        if (caught !== null) held ??= [];
        later(() => into.write(chunk));
        caught?.(self);
        caught = null;
      },
      hold: () => void (held ??= []),
      holdNext: (then: (kept: Kept) => void) => void (caught = then),
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

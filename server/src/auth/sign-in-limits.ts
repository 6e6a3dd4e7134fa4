import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const minute = 60;

/**
 * Counts failed sign-ins: of an account from one address, of an account from anywhere, and of an address. Whether the
 * account exists makes no difference. In this process's memory: several processes multiply the limits.
 */
export function openSignInLimits() {
  const limiters = [
    {
      limiter: limiter(10, 15 * minute),
      keyOf: (account: string, address: string) => `${account} ${address}`,
    },
    { limiter: limiter(100, 60 * minute), keyOf: (account: string) => account },
    { limiter: limiter(50, 15 * minute), keyOf: (_: string, address: string) => address },
  ];

  return {
    /** Seconds until a further try is heard; 0 = now. */
    async waitFor(account: string, address: string): Promise<number> {
      const waits = await Promise.all(
        limiters.map(async ({ limiter, keyOf }) => {
          const state = await limiter.get(keyOf(account, address));
          if (state === null || state.consumedPoints < limiter.points) return 0;
          return Math.ceil(state.msBeforeNext / 1000);
        }),
      );
      return Math.max(...waits);
    },

    async failed(account: string, address: string): Promise<void> {
      for (const { limiter, keyOf } of limiters) {
        await limiter.consume(keyOf(account, address)).catch((error: unknown) => {
          if (!(error instanceof RateLimiterRes)) throw error;
        });
      }
    },

    /** A sign-in that worked forgives this account's failures from this address. */
    async worked(account: string, address: string): Promise<void> {
      await limiters[0]?.limiter.delete(limiters[0].keyOf(account, address));
    },
  };
}

export type SignInLimits = ReturnType<typeof openSignInLimits>;

function limiter(points: number, seconds: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: seconds });
}

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const minute = 60;

/**
 * Counts sign-ins that failed: of an account from one address, of an account from anywhere, and of an address. Whether
 * the account exists makes no difference. In this process's memory: several processes multiply the limits.
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
    /**
     * Counts a try before it is heard, so that many at once count too. Answers the seconds until a further one is heard;
     * 0 = this one is.
     */
    async take(account: string, address: string): Promise<number> {
      const waits = await Promise.all(
        limiters.map(async ({ limiter, keyOf }) => {
          try {
            await limiter.consume(keyOf(account, address));
            return 0;
          } catch (state) {
            if (!(state instanceof RateLimiterRes)) throw state;
            return Math.ceil(state.msBeforeNext / 1000);
          }
        }),
      );
      return Math.max(...waits);
    },

    /** The try was no failure: it counts no more, and forgives this account's failures from this address. */
    async worked(account: string, address: string): Promise<void> {
      const [here, ...wider] = limiters;
      await here?.limiter.delete(here.keyOf(account, address));
      for (const { limiter, keyOf } of wider) await limiter.reward(keyOf(account, address));
    },
  };
}

export type SignInLimits = ReturnType<typeof openSignInLimits>;

function limiter(points: number, seconds: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: seconds });
}

const vain: readonly (string | null)[] = ['stale', 'raised', 'expired'];

/** Whether this ruling on an acknowledgement says that it was noted and stopped nothing (domain's late-ack.ts). */
export const isInVain = (code: string | null): boolean => vain.includes(code);

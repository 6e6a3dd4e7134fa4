/** When the day of this instant began, on this device. */
export function midnightBefore(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

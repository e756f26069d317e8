/** Eight o'clock where this device is: today's, if that is still to come, else tomorrow's. */
export function nextMorning(now: Date): Date {
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate(), 8);
  return morning > now ? morning : new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8);
}

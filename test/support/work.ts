/**
 * @returns the milliseconds of processor time that this process spent meanwhile, its threads included: unlike the time
 * on the wall, it does not grow when the machine is busy with other things.
 */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

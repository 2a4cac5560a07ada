/** Lines about the machine for the header of a verbose report; none for a recorded host. */
export async function describeHost(from: string | undefined): Promise<string[]> {
  if (from !== undefined) return []
  const {describeMachine} = await import('../sources/live/machine.js')
  return [await describeMachine()]
}

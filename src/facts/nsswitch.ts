/**
 * nsswitch.conf(5): database -> its services in order, without the `[STATUS=action]` parts. The first
 * line of a database counts.
 */
export function parseNsswitch(text: string): Map<string, readonly string[]> {
  const databases = new Map<string, readonly string[]>()
  for (const line of text.split('\n')) {
    const match = /^\s*([^\s:#]+)\s*:([^#]*)/.exec(line)
    if (!match?.[1] || databases.has(match[1])) continue
    const services = (match[2] ?? '').replace(/\[[^\]]*\]/g, ' ').split(/\s+/)
    databases.set(
      match[1],
      services.filter((service) => service !== ''),
    )
  }
  return databases
}

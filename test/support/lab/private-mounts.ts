/**
 * Arguments in front of a program that make it see other files in some places, in a mount namespace of
 * its own: `{'/etc/subuid': '/tmp/mine'}`. The host's files stay as they are.
 */
export function withFiles(files: Readonly<Record<string, string>>): readonly [string, ...string[]] {
  const mounts = Object.entries(files).flatMap(([place, file]) => [file, place])
  const script = `mount --make-rprivate /; while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done; shift; exec "$@"`
  return ['unshare', '--mount', '--propagation=private', 'sh', '-c', script, 'sh', ...mounts, '--']
}

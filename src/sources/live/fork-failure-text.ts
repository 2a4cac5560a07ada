const MAX_MESSAGE = 500

/** pids_event() in kernel/cgroup/pids.c; said once in the life of a cgroup. */
const KERNEL = 'fork rejected by pids controller'

/**
 * PCRE2 of the same messages, for `journalctl --grep`: in lower case, which makes it blind to case.
 * systemd: "Failed to fork: ...", "Failed at step EXEC spawning ...: Resource temporarily unavailable";
 * dash "Cannot fork", busybox "can't fork", bash "fork: retry: Resource temporarily unavailable",
 * Java "unable to create native thread", Go "failed to create new OS thread (...; errno=11)".
 */
export const journalPattern = [
  KERNEL,
  '(fork|clone|exec|spawn|thread).*(resource temporarily unavailable|eagain|errno=11\\b)',
  'resource temporarily unavailable.*(fork|clone|exec|spawn|thread)',
  "(cannot|can't|unable to) fork",
  'unable to create.* native thread',
].join('|')

const expression = new RegExp(journalPattern, 'i')

/** Does a log line speak of a fork, clone or exec that was refused with EAGAIN? */
export function isForkFailure(message: string): boolean {
  return expression.test(message)
}

/** A record keeps what is needed to recognise it. */
export function shorten(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}...` : message
}

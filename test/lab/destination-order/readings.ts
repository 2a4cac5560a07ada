/** How the host is read: rightly, or wrongly as somebody might get it. */
export const readings = ['right', 'gai.conf is not read', 'no address is deprecated', 'no route is a default'] as const

export type Reading = (typeof readings)[number]

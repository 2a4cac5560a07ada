export type Argv = readonly string[]

export const DEVICES = ['v0', 'v1'] as const
export const BLOCKS = [7, 8] as const
/** Parents whose filters are compared after every step; the first stands for none. */
export const PARENTS = ['', '1:', '1:1', '1:2', '1:10', '2:', '2:1', 'ffff:', 'ffff:fff2', 'ffff:fff3'] as const

/** Inode number of the initial user namespace: PROC_USER_INIT_INO, include/linux/proc_ns.h. */
export const INITIAL_USERNS = '4026531837'
/** PROC_PID_INIT_INO */
export const INITIAL_PIDNS = '4026531836'

/**
 * A word of a command as far as it is known without running the script it stands in: its text, or, where a part of it
 * depends on what only the script's run would tell, how it is written there (`${RATE}kbit`).
 */
export type TcWord = string | {readonly unknown: string}

/** Hub watches answer with a bookmark about once a minute; silent for so long, in milliseconds, they are dead. */
export const watchSilenceMs = 300_000;
/** API servers restart within this time, in milliseconds. */
export const watchReturnMs = 30_000;

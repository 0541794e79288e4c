/** How long members are asked to keep a watch open, by their own clocks; the longer, the fewer requests. */
export const watchSeconds = { least: 2_400, most: 3_600 };

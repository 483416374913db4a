/** The file that `rollcall before` has each Pod of a set with volumes write into its volume, and the container that has it. */
export const volumeMark = { container: 'redis', file: '/data/rollcall-mark' } as const

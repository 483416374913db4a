/** MUST requirements that no broken cluster can show broken, each with the reason in one sentence. */
export const unkillable: Readonly<Record<string, string>> = {}

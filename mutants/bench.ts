/** placeholder until the runner lands */
export interface Bench {
  readonly clusterDomain: string
}

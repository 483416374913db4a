import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'
import { credentialsProblem } from './kubeconfig-trouble.ts'

/** The client's KubeConfig, whose troubles with credentials are sentences. */
export class Kubeconfig extends KubeConfig {
  /** @throws Problem where there are no credentials to be had. */
  override async applyToHTTPSOptions(options: RequestOptions): Promise<void> {
    try {
      await super.applyToHTTPSOptions(options)
    } catch (error) {
      const [cluster, user] = [this.getCurrentCluster(), this.getCurrentUser()]
      throw credentialsProblem(error, { context: this.getCurrentContext(), cluster, user })
    }
  }
}

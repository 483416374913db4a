import { delimiter } from 'node:path'

/** Which cluster a user means; whoever only wants to know whether one is named need not load what reads kubeconfigs. */
export interface KubeconfigChoice {
  /** A Kind cluster is meant, whatever `env` says. */
  readonly kind?: boolean | undefined
  readonly context?: string | undefined
  /** A file; `env.KUBECONFIG`, else `~/.kube/config` without it. */
  readonly kubeconfig?: string | undefined
}

/** The kubeconfigs that the user has named; none stands for the one in the home folder. */
export function explicitFiles({ kubeconfig }: KubeconfigChoice, env: NodeJS.ProcessEnv): string[] {
  return (kubeconfig ?? env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '')
}

/** Whether the user has named a cluster at all; a Kind cluster is meant otherwise. */
export function isNamed(choice: KubeconfigChoice, env: NodeJS.ProcessEnv): boolean {
  if (choice.kind === true) return false
  return choice.context !== undefined || explicitFiles(choice, env).length > 0
}

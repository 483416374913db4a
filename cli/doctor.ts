import { randomBytes } from 'node:crypto'
import { stringify } from 'yaml'
import { type ConfigInput, loadConfig } from '../helpers/config.ts'
import { messageOf } from '../helpers/errors.ts'
import { deleteProbe, probeName, startProbe } from '../helpers/stage/probe-pod.ts'
import { privilegedAdmitted } from '../helpers/target/access.ts'
import { KubernetesApi } from '../helpers/target/api.ts'
import { readApiFacts } from '../helpers/target/facts.ts'
import { existingCluster, namespaceOfContext } from './existing-cluster.ts'
import { Interrupt } from './interrupt.ts'
import { privilegedPod } from './prepare.ts'
import { progressTo } from './progress.ts'
import { survey } from './survey.ts'

/**
 * Prints what is known of the cluster, and returns the exit code. The only change is a probe Pod that lives for seconds, in the
 * namespace given or in the context's own.
 */
export async function doctor(flags: ConfigInput, env: NodeJS.ProcessEnv): Promise<number> {
  const config = loadConfig(flags, env)
  const chosen = existingCluster(config, env)
  const progress = progressTo(process.stderr)
  const interrupt = new Interrupt()
  interrupt.install()
  const { signal } = interrupt
  const api = new KubernetesApi(chosen.config)
  const namespace = config.namespace ?? namespaceOfContext(chosen)
  progress(`context ${chosen.context} at ${chosen.server} (${chosen.why})`)
  const known = await readApiFacts(api, chosen.context, signal, namespace)
  const privileged = await privilegedAdmitted(api, namespace, privilegedPod(config.imagesFrom), signal)
  const run = randomBytes(3).toString('hex')
  let left = false
  try {
    const { imagesFrom, readyTimeout } = config
    const options = { signal, progress, imagesFrom, deadline: readyTimeout * 1000 }
    const pod = await startProbe(api, namespace, run, options)
    const { facts } = await survey(api, known, [pod], { seen: false, reason: 'doctor stages none' }, privileged)
    process.stdout.write(stringify(facts, { lineWidth: 120 }))
  } finally {
    try {
      await deleteProbe(api, namespace, probeName(run))
    } catch (error) {
      left = true
      console.error(
        `Pod ${probeName(run)} could not be deleted: ${messageOf(error)}; rollcall sweep --all --namespace ${namespace} takes it away.`,
      )
    }
    api.close()
  }
  return left ? 2 : 0
}

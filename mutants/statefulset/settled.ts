import { isReady, type Pod } from '../../helpers/target/objects.ts'
import { eventually } from '../../helpers/wait.ts'
import type { Bench } from '../bench.ts'
import { waits } from '../mechanism.ts'
import type { Mechanism } from '../mutant.ts'

/** Undone last, so first of all: waits until there are so many Pods with a label `app`, all of them Ready and as they were. */
export function podsSettled(
  does: string,
  app: Parameters<Bench['pods']>[0],
  count: number,
  isAsBefore: (pod: Pod) => boolean,
): Mechanism {
  return waits(does, {
    async undone(bench) {
      await eventually(
        async () => {
          const pods = await bench.pods(app)
          const sound = pods.filter((pod) => isReady(pod) && isAsBefore(pod))
          return pods.length === count && sound.length === count
            ? { done: true, value: undefined }
            : { done: false, saw: `${sound.length} of ${pods.length} Pods` }
        },
        { reason: `the Pods of ${app} to be as they were`, deadline: 60_000, interval: 200 },
      )
    },
  })
}

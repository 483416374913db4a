import { parentPort } from 'node:worker_threads'
import { init, runBaseTests, setupEnvironment } from 'vitest/worker'

/**
 * The thread that looks. Vitest gives a thread one file after another, and so costs another thread, with channels of its own into the
 * cluster, for each file that is to be looked at beside it. Here one thread begins all; cli/taking-turns.ts has them wait for each other.
 */
init({
  post: (response) => parentPort.postMessage(response),
  on: (callback) => parentPort.on('message', callback),
  off: (callback) => parentPort.off('message', callback),
  teardown: () => parentPort.removeAllListeners('message'),
  runTests: (state, traces) => Promise.all(eachAlone(state).map((own) => runBaseTests('run', own, traces))),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
  setup: setupEnvironment,
})

/** What the thread was told, for each of its files alone; all are provided with the paths of all, in their order. */
function eachAlone(state) {
  const { ctx, durations } = state
  const providedContext = { ...state.providedContext, files: ctx.files.map((one) => one.filepath) }
  return ctx.files.map((file) => ({
    ...state,
    ctx: { ...ctx, files: [file] },
    durations: { ...durations },
    providedContext,
  }))
}

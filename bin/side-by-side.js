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
  runTests: (state, traces) =>
    Promise.all(state.ctx.files.map((file) => runBaseTests('run', alone(state, file), traces))),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
  setup: setupEnvironment,
})

/** What the thread was told, for one of its files; `files` are the paths of all. */
function alone(state, file) {
  const { ctx, durations, providedContext } = state
  return {
    ...state,
    ctx: { ...ctx, files: [file] },
    durations: { ...durations },
    providedContext: { ...providedContext, files: ctx.files.map((one) => one.filepath) },
  }
}

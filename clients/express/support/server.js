'use strict'

const { spawn } = require('node:child_process')
const { createHash, randomBytes } = require('node:crypto')
const { once } = require('node:events')
const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const { setTimeout: sleep } = require('node:timers/promises')

const JAR = process.env.SESSION_STORE_JAR ?? path.join(__dirname, '../../../target/session-store-server.jar')
const JAVA = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin/java') : 'java'
const DEADLINE = 60_000 // milliseconds

/** A key of role admin for all namespaces, and one of role write. */
const KEYS = { admin: key(), write: key() }

function key() {
  return randomBytes(24).toString('base64url')
}

/** A session-store of its own, from the jar, on loopback. */
class Server {
  #child
  #settings

  /** @param {Record<string, string>} [settings] by their variables' names without SESSION_STORE_ */
  constructor(settings = {}) {
    this.directory = fs.mkdtempSync(path.join(os.tmpdir(), 'session-store-'))
    const keys = path.join(this.directory, 'keys')
    const hash = (text) => createHash('sha256').update(text).digest('hex')
    const lines = Object.entries(KEYS).map(([role, text]) => `${hash(text)} ${role} *\n`)
    fs.writeFileSync(keys, lines.join(''), { mode: 0o600 })
    this.#settings = { API_KEYS_FILE: keys, PORT: '0', DRAIN_DELAY: '0s', ...settings }
  }

  /** @param {string} name of a setting @param {string} value */
  set(name, value) {
    this.#settings[name] = value
  }

  /** Returns when it is ready; a later start is on the same port. */
  async start() {
    if (!fs.existsSync(JAR)) throw new Error(`no ${JAR}: build it with mvn -q package -DskipTests`)
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SESSION_STORE_')))
    for (const [name, value] of Object.entries(this.#settings)) env[`SESSION_STORE_${name}`] = value
    const child = spawn(JAVA, ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-jar', JAR], { env })
    this.#child = child
    const kill = () => child.kill('SIGKILL') // leaves none behind if the tests end early
    process.once('exit', kill)
    child.once('exit', () => process.off('exit', kill))
    let log = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text))
    const end = Date.now() + DEADLINE
    for (;;) {
      const port = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(log)?.[1]
      if (port) {
        this.#settings.PORT = port
        this.url = `http://127.0.0.1:${port}`
        const ready = await fetch(`${this.url}/health/ready`).catch(() => undefined)
        if (ready?.ok) return this
      }
      if (child.exitCode !== null || Date.now() > end) throw new Error(`the server did not start:\n${log}`)
      await sleep(20)
    }
  }

  /** @param {NodeJS.Signals} signal */
  kill(signal) {
    this.#child.kill(signal)
  }

  /** Returns when it has ended, with its exit code; null: killed. @param {NodeJS.Signals} [signal] */
  async stop(signal = 'SIGTERM') {
    const child = this.#child
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit')
      child.kill(signal)
      await exit
    }
    return child.exitCode
  }

  /** Ends it and removes what it left. */
  async close() {
    if (this.#child) await this.stop('SIGKILL')
    fs.rmSync(this.directory, { recursive: true })
  }
}

/** A port that no other program is given by chance: below the system's own range. */
async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    const server = net.createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return String(port)
  }
}

/** Waits until it gives something true, and returns that. @param {() => any} condition */
async function until(condition) {
  const end = Date.now() + DEADLINE
  for (;;) {
    const value = await condition()
    if (value) return value
    if (Date.now() > end) throw new Error(`not within ${DEADLINE} ms: ${condition}`)
    await sleep(10)
  }
}

let namespaces = 0

/** A namespace of its own. */
function namespace() {
  return `test-${process.pid}-${++namespaces}`
}

module.exports = { KEYS, Server, freePort, namespace, until }

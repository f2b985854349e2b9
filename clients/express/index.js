// @ts-check
'use strict'

const { constants } = require('node:buffer')
const { createHash } = require('node:crypto')
const http = require('node:http')
const https = require('node:https')
const { setTimeout: sleep } = require('node:timers/promises')
const { urlToHttpOptions } = require('node:url')
const { Store } = require('express-session')

/**
 * @typedef {import('./index').SessionStoreOptions} Options
 * @typedef {import('./index').SessionStore} Declared
 * @typedef {import('express-session').SessionData & Record<string, any>} Session
 * @typedef {{ status: number, body: any }} Answer
 * @typedef {{ sid?: string, attributes: Map<string, string>, principal: string | null, permanent: boolean }} Known
 */

const DEFAULTS = {
  url: 'http://127.0.0.1:8080',
  apiKey: undefined,
  namespace: 'sess',
  ttl: undefined,
  principal: undefined,
  timeout: 2000,
  agent: undefined,
}
// An idle connection is closed before the service or a proxy closes it; a service that hangs takes no more than 256.
const CONNECTIONS = { keepAlive: true, timeout: 4000, maxSockets: 256 }
const HEALTH_INTERVAL = 1000 // milliseconds
const TICK = 100 // milliseconds between two of express-session's own looks at the clock, at most
const PAGE = 1000
const LATEST = Date.parse('9999-12-31T23:59:59.999Z')
const URL_OF_SERVICE = /^https?:\/\/[^/?#@\s]+(\/[^?#@\s]*)?$/
const ID = /^[A-Za-z0-9._~-]{32,128}$/
/** A principal that a header can carry; logs hold no headers. */
const IN_HEADER = /^[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$/u
/** Answers about a session, which are no failure. */
const EXPECTED = ['session-not-found', 'session-gone', 'session-exists']
/** Answers of 5xx from a service that is there. */
const REFUSALS = ['not-supported', 'store-full']

/** What the service refuses, or that it is away. Names no id and no data. */
class SessionStoreError extends Error {
  /**
   * @param {string} message
   * @param {string} code the service's, as `session-too-large`; `unavailable` if it did not answer
   * @param {unknown} [cause]
   */
  constructor(message, code, cause) {
    super(message, { cause })
    this.name = 'SessionStoreError'
    this.code = code
    // What Express answers.
    if (code === 'unavailable' || code === 'store-full') this.status = 503
    if (code === 'unavailable') this.headers = { 'Retry-After': '1' }
  }
}

/**
 * Sessions of express-session that live in session-store.
 *
 * What `get` gave is remembered with the session, so that `set` tells the service what changed, and no more: what a
 * parallel request changed beside it stays. A session that has ended is never made again by a late `set` or `touch`.
 *
 * Every method takes a callback, or returns a promise if it gets none.
 *
 * @implements {Declared}
 */
class SessionStore extends Store {
  /** @type {Options & { url: string, namespace: string, timeout: number }} */
  #options
  #service
  /** @type {WeakMap<object, Known>} what the service has of a session */
  #known = new WeakMap()
  /** @type {WeakMap<object, Promise<void>>} the last write of a session */
  #writes = new WeakMap()
  /** @type {Map<string, Promise<Answer>>} the sessions that are being made, by id */
  #creations = new Map()
  /** @type {boolean | undefined} what the last event said, ours or anybody's */
  #connected
  #watching = false

  /** @param {Options} [options] */
  constructor(options = {}) {
    super()
    this.#options = checked(options)
    this.#service = serviceAt(this.#options.url, this.#options.agent)
    this.on('connect', () => (this.#connected = true))
    this.on('disconnect', () => (this.#connected = false))
    this.#watch()
  }

  /** @param {string} sid @param {(error: any, session?: Session | null) => void} [callback] */
  get(sid, callback) {
    return answered(callback, this.#get(sid))
  }

  /** @param {string} sid @param {Session} session @param {(error?: any) => void} [callback] */
  set(sid, session, callback) {
    return answered(callback, this.#inTurn(session, () => this.#set(sid, session)))
  }

  /** @param {string} sid @param {Session} session @param {(error?: any) => void} [callback] */
  touch(sid, session, callback) {
    return answered(callback, this.#inTurn(session, () => this.#touch(sid, session)))
  }

  /** @param {string} sid @param {(error?: any) => void} [callback] */
  destroy(sid, callback) {
    return answered(callback, this.#destroy(sid))
  }

  /** Live sessions, without their ids. @param {(error: any, sessions?: Session[]) => void} [callback] */
  all(callback) {
    return answered(callback, this.#all())
  }

  /** How many are live. @param {(error: any, length?: number) => void} [callback] */
  length(callback) {
    return answered(callback, this.#length())
  }

  /** Ends all sessions of the namespace; needs a key of role admin. @param {(error?: any) => void} [callback] */
  clear(callback) {
    return answered(callback, this.#clear())
  }

  /**
   * Ends all sessions of a principal: "log out everywhere".
   *
   * @param {string | number} principal
   * @param {{ except?: string }} [options] `except`: the id of one of them that is to live on
   * @returns {Promise<number>} how many were ended
   */
  async revokeAll(principal, options = {}) {
    const name = nameOf(principal)
    const query = new URLSearchParams()
    if (options.except !== undefined) {
      const kept = await this.#call('GET', '/sessions/-?touch=false', options.except)
      if (kept.status === 200) query.set('except', kept.body.handle)
    }
    /** @type {Record<string, string>} */
    const headers = {}
    if (IN_HEADER.test(name)) {
      headers['Session-Principal'] = Buffer.from(name).toString('latin1') // UTF-8, byte by byte
    } else {
      query.set('principal', name)
    }
    const parameters = query.toString() && `?${query}`
    const answer = await this.#call('DELETE', `/sessions${parameters}`, undefined, undefined, headers)
    return answer.body.revoked
  }

  /** @param {any} req @param {Session} data */
  createSession(req, data) {
    const session = super.createSession(req, data)
    const known = this.#known.get(data)
    if (known) this.#known.set(session, known)
    return session
  }

  /** @param {string} sid */
  async #get(sid) {
    const answer = await this.#call('GET', '/sessions/-?touch=false', sid)
    return answer.status === 200 ? this.#sessionOf(answer.body, sid) : undefined
  }

  /** @param {any} document @param {string} [sid] */
  #sessionOf(document, sid) {
    const { attributes, permanent } = document
    const principal = document.principal ?? null
    this.#known.set(attributes, { sid, attributes: texts(attributes), principal, permanent })
    if (attributes.cookie) {
      attributes.cookie.expires = permanent && document.expiresAt ? new Date(document.expiresAt) : null
    }
    return attributes
  }

  /** Writes of one session one after the other. @param {Session} session @param {() => Promise<void>} write */
  #inTurn(session, write) {
    if (session === null || typeof session !== 'object') {
      return Promise.reject(new TypeError(`a session is an object, not ${session === null ? null : typeof session}`))
    }
    const last = this.#writes.get(session)
    const next = last ? last.then(write, write) : write()
    this.#writes.set(session, next)
    return next
  }

  /** @param {string} sid @param {Session} session */
  #knownOf(sid, session) {
    const known = this.#known.get(session)
    return known?.sid === sid ? known : undefined
  }

  /** @param {string} sid @param {Session} session */
  async #set(sid, session) {
    const known = this.#knownOf(sid, session)
    const { cookie, end, ended } = lifeOf(session, known)
    if (ended) return this.#destroy(sid)
    const plain = JSON.parse(JSON.stringify(session))
    if (cookie) plain.cookie = cookie
    const attributes = texts(plain)
    const lifetime = this.#lifetime(end)
    const principal = this.#principalOf(plain)
    if (known) {
      const set = Object.entries(plain).filter(([name]) => attributes.get(name) !== known.attributes.get(name))
      const remove = [...known.attributes.keys()].filter((name) => !attributes.has(name))
      const owner = principal === known.principal ? undefined : principal
      const isSwitched = lifetime.permanent !== known.permanent
      if (set.length || remove.length || owner !== undefined || isSwitched) {
        const body = { set: Object.fromEntries(set), remove, principal: owner }
        // Without an end, a parallel request may have given it one.
        if (end !== null || isSwitched) Object.assign(body, lifetime)
        await this.#call('PATCH', '/sessions/-', sid, body)
      } else {
        await this.#slide(sid, end)
      }
    } else {
      const body = { attributes: plain, principal, ...lifetime }
      const creation = this.#call('PUT', '/sessions/-', sid, body, { 'If-None-Match': '*' })
      this.#creations.set(sid, creation)
      const created = await creation.finally(() => this.#creations.delete(sid))
      if (created.status === 412) await this.#call('PUT', '/sessions/-', sid, body)
    }
    const owner = (principal === undefined ? known?.principal : principal) ?? null
    this.#known.set(session, { sid, attributes, principal: owner, permanent: lifetime.permanent })
  }

  /** @param {string} sid @param {Session} session */
  async #touch(sid, session) {
    const known = this.#knownOf(sid, session)
    const { cookie, end, ended } = lifeOf(session, known)
    if (ended) return this.#destroy(sid)
    const lifetime = this.#lifetime(end)
    const text = cookie && JSON.stringify(cookie)
    if (known && text && (text !== known.attributes.get('cookie') || lifetime.permanent !== known.permanent)) {
      await this.#call('PATCH', '/sessions/-', sid, { set: { cookie }, ...lifetime })
      known.attributes.set('cookie', text)
      known.permanent = lifetime.permanent
    } else {
      await this.#slide(sid, end)
    }
  }

  /** @param {string} sid @param {string | null} end */
  async #slide(sid, end) {
    if (end === null) {
      await this.#call('POST', '/sessions/-/touch', sid)
    } else {
      await this.#call('POST', '/sessions/-/expire', sid, { at: end })
    }
  }

  /** @param {string} sid */
  async #destroy(sid) {
    await this.#creations.get(sid)?.catch(() => {}) // a save that nobody waited for is not to come after this
    await this.#call('DELETE', '/sessions/-', sid)
  }

  async #all() {
    /** @type {Session[]} */
    const sessions = []
    for await (const document of this.#list('include=attributes&')) sessions.push(this.#sessionOf(document))
    return sessions
  }

  async #length() {
    const stats = await this.#call('GET', '/stats')
    if (stats.body.sessions !== null) return stats.body.sessions
    let length = 0
    for await (const _ of this.#list('')) length++
    return length
  }

  /** @param {string} query */
  async *#list(query) {
    for (let cursor = ''; cursor !== null; ) {
      const from = cursor && `&cursor=${encodeURIComponent(cursor)}`
      const page = await this.#call('GET', `/sessions?${query}limit=${PAGE}${from}`)
      yield* page.body.sessions
      cursor = page.body.nextCursor
    }
  }

  async #clear() {
    await this.#call('DELETE', `/sessions?confirm=${this.#options.namespace}`)
  }

  /** @param {Session} session as JSON gives it @returns {string | null | undefined} undefined: no say in it */
  #principalOf(session) {
    const { principal } = this.#options
    if (principal === undefined) return undefined
    const value = typeof principal === 'function' ? principal(session) : session[principal]
    return value === 0 || value ? nameOf(value) : null
  }

  /** With an end, no other timeout counts. @param {string | null} end */
  #lifetime(end) {
    if (end !== null) return { permanent: true, idleTimeoutSeconds: null, absoluteTimeoutSeconds: null, endsAt: end }
    const { ttl } = this.#options
    return { permanent: false, endsAt: null, ...(ttl && { idleTimeoutSeconds: ttl, absoluteTimeoutSeconds: null }) }
  }

  /**
   * One exchange; another one if the connection broke, as each call may be made twice.
   *
   * @param {string} method
   * @param {string} path below the namespace's
   * @param {string} [sid]
   * @param {object} [body]
   * @param {Record<string, string>} [more] headers
   * @returns {Promise<Answer>} a success, or one of EXPECTED
   */
  async #call(method, path, sid, body, more) {
    const { url, apiKey, namespace } = this.#options
    /** @type {Record<string, string>} */
    const headers = { ...more }
    if (apiKey) headers.Authorization = `Bearer ${apiKey}`
    if (sid !== undefined) headers['Session-Id'] = serviceId(sid)
    if (body) headers['Content-Type'] = 'application/json'
    const text = body && JSON.stringify(body)
    const send = () => this.#exchange(method, `/v1/${namespace}${path}`, headers, text)
    let answer
    try {
      answer = await send().catch((error) => {
        if (error.name === 'TimeoutError') throw error
        return send()
      })
    } catch (error) {
      this.#watch()
      throw new SessionStoreError(`session-store at ${url} does not answer`, 'unavailable', error)
    }
    const { status } = answer
    const { code = 'unknown', detail = 'is this the URL of a session-store?' } = answer.body ?? {}
    if (status === 204 || (status < 300 && answer.body) || EXPECTED.includes(code)) return answer
    if ((status >= 500 && !REFUSALS.includes(code)) || status === 429) {
      this.#watch()
      throw new SessionStoreError(`session-store answers ${status} ${code}`, 'unavailable')
    }
    throw new SessionStoreError(`session-store answers ${status} ${code}: ${detail}`, code)
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Record<string, string>} [headers]
   * @param {string} [body]
   * @returns {Promise<Answer>} whole within the timeout
   */
  #exchange(method, path, headers, body) {
    const { to, prefix, request } = this.#service
    const { timeout } = this.#options
    return new Promise((resolve, reject) => {
      /** @param {any} error */
      const fail = (error) => {
        clearTimeout(timer)
        delete error.rawPacket // what could not be parsed may hold data
        // Idle connections may have broken with this one, which nobody saw yet; a repeat is not to meet them.
        for (const socket of Object.values(to.agent.freeSockets).flat()) socket?.destroy()
        reject(error)
      }
      const exchange = request({ ...to, method, path: prefix + path, headers }, (response) => {
        const isJson = /json/.test(response.headers['content-type'] ?? '')
        let text = ''
        response.setEncoding('utf8').on('error', fail)
        response.on('data', (part) => {
          if (text.length + part.length > constants.MAX_STRING_LENGTH) exchange.destroy(new Error('an endless answer'))
          else if (isJson) text += part
        })
        response.on('end', () => {
          clearTimeout(timer)
          if (!exchange.writableFinished) exchange.destroy() // refused unread: the connection has no future
          resolve({ status: Number(response.statusCode), body: isJson ? parsed(text) : undefined })
        })
      })
      const timer = setTimeout(() => {
        fail(Object.assign(new Error(`no whole answer within ${timeout} ms`), { name: 'TimeoutError' }))
        exchange.destroy()
      }, timeout)
      exchange.on('error', fail).end(body)
    })
  }

  /** Looks how the service is, and again each second until it is well. express-session goes by what is told here. */
  async #watch() {
    if (this.#watching) return
    this.#watching = true
    const isReady = () => this.#exchange('GET', '/health/ready').then((answer) => answer.status === 200, () => false)
    let lost = false
    // The first look may fail as the application was too busy to see the answer in time: starting, say.
    while (!(await isReady()) && (lost || !(await isReady()))) {
      if (!lost) this.#tell('disconnect')
      lost = true
      await sleep(HEALTH_INTERVAL, undefined, { ref: false })
    }
    this.#watching = false
    if (lost || this.#connected === undefined) this.#tell('connect')
  }

  /** Out of the promise, which would make a rejection of what a listener throws. @param {string} event */
  #tell(event) {
    setImmediate(() => this.emit(event))
  }
}

/** @param {Options} options */
function checked(options) {
  const all = { ...DEFAULTS }
  for (const [name, value] of Object.entries(options)) {
    if (!(name in DEFAULTS)) {
      throw new TypeError(`SessionStore has no option "${name}"; it has ${Object.keys(DEFAULTS).join(', ')}`)
    }
    if (value !== undefined) Object.assign(all, { [name]: value })
  }
  if (!URL_OF_SERVICE.test(all.url)) {
    throw new TypeError(`url is no URL of a service: use one like "${DEFAULTS.url}", a key goes into apiKey`)
  }
  if (all.apiKey !== undefined && !/^[!-~]+$/.test(all.apiKey)) {
    throw new TypeError('apiKey is empty or has characters that no key has')
  }
  if (!/^(?!admin$)[a-z0-9][a-z0-9_-]{0,62}$/.test(all.namespace)) {
    const rule = 'use 1 to 63 of a-z, 0-9, _ and -, say "shop", but not "admin"'
    throw new TypeError(`"${all.namespace}" is no namespace: ${rule}`)
  }
  if (all.ttl !== undefined && !(Number.isInteger(all.ttl) && all.ttl >= 1)) {
    throw new TypeError(`ttl is ${all.ttl}; use whole seconds, say 86400, or leave it out`)
  }
  if (all.principal !== undefined && typeof all.principal !== 'function' && typeof all.principal !== 'string') {
    throw new TypeError('principal is neither a name in the session nor a function of it')
  }
  if (!(Number.isInteger(all.timeout) && all.timeout >= 1 && all.timeout < 2 ** 31)) {
    throw new TypeError(`timeout is ${all.timeout}; use whole milliseconds, say ${DEFAULTS.timeout}`)
  }
  return { ...all, url: all.url.replace(/\/+$/, '') }
}

/** Where and how each exchange goes. @param {string} url @param {http.Agent} [agent] */
function serviceAt(url, agent) {
  const { protocol, hostname, port, path } = urlToHttpOptions(new URL(url))
  const [own, other] = protocol === 'https:' ? [https, http] : [http, https]
  if (agent !== undefined && (!(agent instanceof http.Agent) || agent.constructor === other.Agent)) {
    throw new TypeError(`agent is no Agent for ${protocol}, with which url begins`)
  }
  const to = { protocol, hostname, port, agent: agent ?? new own.Agent(CONNECTIONS) }
  return { to, prefix: String(path).replace(/\/$/, ''), request: own.request }
}

/** @param {string} text @returns {any} undefined: no JSON */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // its message would repeat the text
  }
}

/** @param {unknown} principal @returns {string} */
function nameOf(principal) {
  if (typeof principal === 'string' || typeof principal === 'number') return String(principal)
  throw new TypeError(`a principal is a string or a number, not ${principal === null ? null : typeof principal}`)
}

/** The service's id: one made of express-session's if its shape will not do. @param {string} sid */
function serviceId(sid) {
  return ID.test(sid) ? sid : createHash('sha256').update('express-session\0').update(sid).digest('base64url')
}

/**
 * What is kept of a session's cookie, and when the session ends: null where its cookie ends with the browser.
 *
 * @param {Session} session
 * @param {Known} [known]
 */
function lifeOf(session, known) {
  if (!session.cookie) return { cookie: undefined, end: null, ended: false }
  const { expires: _, ...cookie } = JSON.parse(JSON.stringify(session.cookie))
  // Each reset of maxAge by express-session may lose some milliseconds of it.
  const before = JSON.parse(known?.attributes.get('cookie') ?? '{}').originalMaxAge
  const isReset = Math.abs(cookie.originalMaxAge - before) < TICK && before !== null && cookie.originalMaxAge !== null
  if (isReset) cookie.originalMaxAge = before
  const { expires, maxAge } = session.cookie
  const time = expires ? new Date(expires).getTime() : typeof maxAge === 'number' ? Date.now() + maxAge : NaN
  if (Number.isNaN(time)) return { cookie, end: null, ended: false }
  return { cookie, end: new Date(Math.min(time, LATEST)).toISOString(), ended: time <= Date.now() }
}

/** @param {object} attributes each as JSON */
function texts(attributes) {
  return new Map(Object.entries(attributes).map(([name, value]) => [name, JSON.stringify(value)]))
}

/**
 * @template T
 * @param {((error: any, value?: T) => void) | undefined} callback
 * @param {Promise<T>} promise
 * @returns {any} the promise, if there is no callback
 */
function answered(callback, promise) {
  if (!callback) {
    promise.catch(() => {}) // who does not wait, as req.session.destroy() alone, is not to end the process
    return promise
  }
  // Out of the promise, which would swallow what the callback throws.
  promise.then(
    (value) => setImmediate(callback, null, value),
    (error) => setImmediate(callback, error)
  )
}

exports.SessionStore = SessionStore
exports.SessionStoreError = SessionStoreError

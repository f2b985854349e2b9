'use strict'

const { createHmac } = require('node:crypto')
const { once } = require('node:events')
const http = require('node:http')
const https = require('node:https')
const { text } = require('node:stream/consumers')
const express = require('express')
const session = require('express-session')

const SECRET = 'keyboard cat'

/**
 * An application that listens on a free port.
 *
 * @param {import('express-session').Store} store
 * @param {object} options of express-session, with `routes`: what adds them to the application
 */
async function serve(store, { routes = shop, ...options } = {}) {
  const app = express()
  app.use(session({ store, secret: SECRET, resave: false, saveUninitialized: false, ...options }))
  routes(app)
  app.use((error, req, res, next) => {
    app.locals.errors = [...(app.locals.errors ?? []), error]
    res.locals.handled = true
    next(error)
  })
  app.set('env', 'test')
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}`
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { app, url, close }
}

/** A shop with logins and carts. @param {import('express').Express} app */
function shop(app) {
  app.get('/', (req, res) => res.json(req.session ?? null))
  app.post('/login/:user', (req, res, next) => {
    const { cart } = req.session
    req.session.regenerate((error) => {
      if (error) return next(error)
      Object.assign(req.session, { user: req.params.user }, cart && { cart })
      res.json({ id: req.sessionID })
    })
  })
  app.post('/cart/:item', (req, res) => {
    req.session.cart = [...(req.session.cart ?? []), req.params.item]
    res.json(req.session.cart)
  })
  app.post('/set/:name/:value', (req, res) => {
    req.session[req.params.name] = req.params.value
    res.json(req.sessionID)
  })
  app.post('/remove/:name', (req, res) => {
    delete req.session[req.params.name]
    res.json(null)
  })
  app.post('/logout', (req, res, next) => req.session.destroy((error) => (error ? next(error) : res.json('bye'))))
}

/** A browser: it keeps the cookie. */
class Browser {
  cookie = ''

  /** @param {string} url */
  constructor(url) {
    this.url = url
  }

  get(path = '/') {
    return this.request('GET', path)
  }

  post(path) {
    return this.request('POST', path)
  }

  async request(method, path) {
    const response = await fetch(this.url + path, { method, headers: { cookie: this.cookie } })
    const cookies = response.headers.getSetCookie?.() ?? [response.headers.get('set-cookie')].filter(Boolean)
    for (const text of cookies) this.cookie = text.split(';')[0]
    const answer = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const body = isJson ? JSON.parse(answer) : undefined
    return { status: response.status, headers: response.headers, cookies, body }
  }

  /** The id that the cookie names. */
  get id() {
    return decodeURIComponent(this.cookie).replace(/^connect\.sid=s:/, '').replace(/\.[^.]*$/, '')
  }

  /** Takes the cookie of an id as whoever knows the secret can make it. @param {string} id */
  forge(id) {
    const signature = createHmac('sha256', SECRET).update(id).digest('base64').replace(/=+$/, '')
    this.cookie = `connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}`
  }
}

/**
 * A line to the service that writes down the calls about sessions, and has `before` a word in each.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} service its URL
 * @param {(call: { method: string, path: string, body: any }, forward: () => Promise<Response>) => any} [before] an answer
 *   that it gives takes the place of the service's; if it throws, the line is cut
 * @param {https.ServerOptions} [tls] to the line
 */
async function recorder(t, service, before = () => {}, tls) {
  /** @type {any[]} */
  const calls = []
  const listener = async (request, response) => {
    const { method, url: path } = request
    const { host, connection, 'content-length': _, ...headers } = request.headers
    try {
      const body = (await text(request)) || undefined
      const call = { method, path, body: body && JSON.parse(body) }
      if (!path.startsWith('/health/')) calls.push(call)
      const forward = () => fetch(service + path, { method, headers, body })
      const answer = (await before(call, forward)) ?? (await forward())
      const type = answer.headers.get('content-type') ?? 'text/plain'
      response.writeHead(answer.status, { 'content-type': type }).end(await answer.text())
    } catch {
      request.socket.destroy()
    }
  }
  const { url } = await serveHttp(t, listener, tls)
  return { url, calls, take: () => calls.splice(0) }
}

/**
 * A service of HTTP on loopback until the test ends.
 *
 * @param {import('node:test').TestContext} t
 * @param {http.RequestListener} listener
 * @param {https.ServerOptions} [tls]
 */
async function serveHttp(t, listener, tls) {
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener)
  server.listen(0, '127.0.0.1')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return { server, url: `http${tls ? 's' : ''}://127.0.0.1:${server.address().port}` }
}

module.exports = { Browser, SECRET, recorder, serve, serveHttp, shop }

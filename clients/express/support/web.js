'use strict'

const { createHmac } = require('node:crypto')
const { once } = require('node:events')
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
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const body = isJson ? JSON.parse(text) : undefined
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
 * A `fetch` that writes down the calls about sessions, and has `before` a word in each.
 *
 * @param {(call: { method: string, path: string, body: any }) => any} [before] what it throws, the call throws
 */
function recorder(before = () => {}) {
  /** @type {any[]} */
  const calls = []
  const fetch = async (url, request) => {
    const { pathname, search } = new URL(url)
    const { method = 'GET', body } = request
    const call = { method, path: pathname + search, body: body && JSON.parse(body) }
    if (!pathname.startsWith('/health/')) calls.push(call)
    await before(call)
    return globalThis.fetch(url, request)
  }
  return { calls, fetch, take: () => calls.splice(0) }
}

module.exports = { Browser, SECRET, recorder, serve, shop }

'use strict'

// The shop as a process: it tells its parent the port.
const { SessionStore } = require('..')
const { serve } = require('./web')

const store = new SessionStore(JSON.parse(process.argv[2]))
serve(store).then(({ url }) => process.send?.(url))

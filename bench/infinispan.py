"""Infinispan's own REST server, from Maven."""

import libraries
import peer
import texts


class Infinispan(peer.JvmPeer):
    """One local cache of JSON text that it hands out as it is, no log-in. Its entries idle out as sessions do, by the
    cache's own settings, so that no request has to say it."""

    name = "Infinispan"
    created = 204
    path = "/rest/v2/caches/sessions/"

    def start(self, _service=None):
        self.head = f"Host: 127.0.0.1:{self.port}\r\n"
        self.compile_and_start(libraries.class_path("infinispan"), "InfinispanRest", str(self.port))

    def jvm_flags(self):
        return [*super().jvm_flags(), *self.options.jdk.netty_flags()]

    def operations(self):
        return {
            "get": [self.request("GET", texts.SESSION)],
            "put": [self.store("PUT", texts.SESSION)],
            "create": [self.store("POST", texts.NEW)],
            "patch": [self.request("GET", texts.SESSION), self.store("PUT", texts.SESSION)],
            # There is no touch; HEAD is the least that moves an entry's idle time.
            "touch": [self.request("HEAD", texts.SESSION)],
            "delete": [self.request("DELETE", texts.DOOMED)],
        }

    def request(self, verb, session, body=None):
        return texts.request(verb, self.path + session, self.head, body)

    def store(self, verb, session):
        return self.request(verb, session, texts.stored_document(texts.changing_attributes(self.options.size)))

    def creation(self):
        return self.store("POST", texts.SESSION)

"""Netty without anything around it: about the least that an HTTP server on the JVM costs."""

import os

import libraries
import peer
import peers


class RawNetty(peer.JvmPeer):
    """Looks up the same Caffeine and sends as many bytes under the same headers to the very same requests, but checks no
    key, hashes no id, and knows neither versions nor times."""

    name = "raw Netty"

    def start(self, service):
        self.requests = peers.sent_to(self.port, service)
        self.creating = service.creation().replace(f":{service.port}", f":{self.port}")
        head, body = service.answer_to_get()
        lines = [line for line in head.split("\r\n")[1:] if not line.lower().startswith("content-length:")]
        self.compile_and_start(
            os.pathsep.join([libraries.class_path("netty"), str(self.options.jar)]),
            "RawNetty",
            str(self.port),
            environment={"BENCH_HEAD": "\r\n".join(lines), "BENCH_DOCUMENT": body.decode("ascii")},
        )

    def jvm_flags(self):
        return [*super().jvm_flags(), *self.options.jdk.netty_flags()]

    def operations(self):
        return self.requests

    def creation(self):
        return self.creating

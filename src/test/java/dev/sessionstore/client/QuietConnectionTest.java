package dev.sessionstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.Socket;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.Test;

/** A connection whose time is over while it has no socket yet. */
class QuietConnectionTest {
    @Test
    void oneThatWasClosedTakesNoSocket() throws Exception {
        try (FaultServer server = new FaultServer(Faults.STALL);
                Socket socket = new Socket("127.0.0.1", server.port());
                QuietConnection connection = new QuietConnection()) {
            connection.close(CloseMode.IMMEDIATE);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> connection.bind(socket))
                    .withMessage("closed before it was connected");
            assertThat(socket.isClosed()).isTrue();
            assertThat(connection.isOpen()).isFalse();
        }
    }
}

package dev.sessionstore.client;

import java.util.function.Function;

/** Carries calls to the service and answers back. Thread-safe. */
interface Transport extends AutoCloseable {
    /**
     * @param reader makes something of an answer, or throws: a {@link SessionStoreException} that is the answer's meaning,
     *     or a {@link NoAnswerException} if this is no answer of the service, and then the call may be repeated
     * @throws ServiceUnavailableException if there was no usable answer
     */
    <T> T send(Call call, Function<Answer, T> reader);

    @Override
    void close();
}

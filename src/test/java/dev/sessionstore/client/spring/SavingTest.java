package dev.sessionstore.client.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sessionstore.client.ServiceUnavailableException;
import dev.sessionstore.client.SessionClient;
import dev.sessionstore.http.TestServer;
import dev.sessionstore.testing.PatientClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.session.FlushMode;
import org.springframework.session.SaveMode;

/** What a save sends, when, and what it does when an answer is lost. */
class SavingTest {
    private static TestServer server;
    private static SessionClient client;

    private final CallLog log = new CallLog();
    private final SessionClient logged = log.around(client);

    @BeforeAll
    static void start() {
        server = TestServer.start();
        client = PatientClient.builder(server.uri()).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private StoredSessionRepository repository(SaveMode saveMode) {
        return StoredSessionRepository.builder(logged).saveMode(saveMode).build();
    }

    private SpringSession stored(StoredSessionRepository repository) {
        SpringSession session = repository.createSession();
        session.setAttribute("list", new ArrayList<>(List.of("a")));
        session.setAttribute("text", "t");
        repository.save(session);
        log.calls();
        return repository.findById(session.getId());
    }

    @Test
    void everySaveIsOneCall() {
        StoredSessionRepository repository = repository(SaveMode.ON_SET_ATTRIBUTE);
        SpringSession session = repository.createSession();
        session.setAttribute("text", "t");
        repository.save(session);
        assertThat(log.calls()).containsExactly("create");
        session.setAttribute("text", "u");
        session.setLastAccessedTime(Instant.now());
        repository.save(session);
        assertThat(log.calls()).containsExactly("patch");
        session.changeSessionId();
        session.setAttribute("text", "v");
        repository.save(session);
        assertThat(log.calls()).containsExactly("rotate");
    }

    @Test
    void aSaveAfterWhichNothingHappenedIsNoCall() {
        StoredSessionRepository repository = repository(SaveMode.ON_SET_ATTRIBUTE);
        SpringSession session = stored(repository);
        repository.save(session);
        repository.save(session);
        assertThat(log.calls()).containsExactly("find", "peek");
        session.setLastAccessedTime(Instant.now());
        repository.save(session);
        repository.save(session);
        assertThat(log.calls()).containsExactly("peek");
        session.setAttribute("text", "u");
        repository.save(session);
        repository.save(session);
        assertThat(log.calls()).containsExactly("patch");
        client.delete(session.getId());
        session.setLastAccessedTime(Instant.now());
        assertThatIllegalStateException().isThrownBy(() -> repository.save(session));
    }

    @Test
    void aSessionDeletedAfterARotationWhoseAnswerWasLostIsGoneUnderBothIds() {
        StoredSessionRepository repository = repository(SaveMode.ON_SET_ATTRIBUTE);
        SpringSession session = stored(repository);
        String old = session.getId();
        session.changeSessionId();
        log.loseNextAnswer();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(() -> repository.save(session));
        log.calls();
        repository.deleteById(session.getId());
        assertThat(log.calls()).containsExactly("delete", "delete");
        assertThat(repository.findById(session.getId())).isNull();
        assertThat(repository.findById(old)).isNull();
        repository.deleteById(session.getId());
        log.calls();
        repository.deleteById(session.getId());
        assertThat(log.calls()).containsExactly("delete");
    }

    @Test
    void anAccessThatFindNotedIsNotNotedAgain() {
        StoredSessionRepository repository = repository(SaveMode.ON_SET_ATTRIBUTE);
        SpringSession session = stored(repository);
        session.setLastAccessedTime(Instant.now());
        repository.save(session);
        assertThat(log.calls()).containsExactly("find", "peek");
        session.setLastAccessedTime(Instant.now().plusSeconds(20));
        repository.save(session);
        assertThat(log.calls()).containsExactly("touch");
    }

    @Test
    void onSetWritesWhatWasSetOnly() {
        StoredSessionRepository repository = repository(SaveMode.ON_SET_ATTRIBUTE);
        SpringSession session = stored(repository);
        session.<List<String>>getAttribute("list").add("b");
        repository.save(session);
        assertThat(log.calls()).containsExactly("find", "peek");
        assertThat(repository.findById(session.getId()).<List<String>>getAttribute("list"))
                .containsExactly("a");
    }

    @Test
    void onGetWritesWhatWasReadIfItChangedWithin() {
        StoredSessionRepository repository = repository(SaveMode.ON_GET_ATTRIBUTE);
        SpringSession session = stored(repository);
        session.<List<String>>getAttribute("list").add("b");
        session.getAttribute("text");
        SpringSession other = repository.findById(session.getId());
        other.setAttribute("text", "u");
        repository.save(other);
        repository.save(session);
        SpringSession found = repository.findById(session.getId());
        assertThat(found.<List<String>>getAttribute("list")).containsExactly("a", "b");
        assertThat(found.<String>getAttribute("text")).isEqualTo("u");
    }

    @Test
    void alwaysWritesWhatChangedWithinThoughNobodyReadIt() {
        StoredSessionRepository repository = repository(SaveMode.ALWAYS);
        SpringSession session = repository.createSession();
        List<String> list = new ArrayList<>(List.of("a"));
        session.setAttribute("list", list);
        repository.save(session);
        list.add("b");
        repository.save(session);
        assertThat(repository.findById(session.getId()).<List<String>>getAttribute("list"))
                .containsExactly("a", "b");
        log.calls();
        list.add("c");
        repository.save(session);
        repository.save(session);
        assertThat(log.calls()).containsExactly("patch");
    }

    @Test
    void immediateWritesEachChangeAtOnce() {
        StoredSessionRepository repository = StoredSessionRepository.builder(logged)
                .flushMode(FlushMode.IMMEDIATE)
                .build();
        SpringSession session = repository.createSession();
        session.setAttribute("text", "t");
        session.removeAttribute("text");
        session.changeSessionId();
        assertThat(log.calls()).containsExactly("create", "patch", "patch", "rotate");
        assertThat(client.peek(session.getId())).isPresent();
    }

    @Test
    void aCreateWhoseAnswerWasLostIsSavedAgain() {
        StoredSessionRepository repository = repository(SaveMode.ON_SET_ATTRIBUTE);
        SpringSession session = repository.createSession();
        session.setAttribute("first", 1);
        session.setAttribute("both", 1);
        log.loseNextAnswer();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(() -> repository.save(session));
        session.removeAttribute("first");
        session.setAttribute("second", 2);
        repository.save(session);
        assertThat(repository.findById(session.getId()).getAttributeNames())
                .containsExactlyInAnyOrder("both", "second");
    }

    @Test
    void aRotationWhoseAnswerWasLostIsSavedAgainWithWhatChangedSince() {
        StoredSessionRepository repository = repository(SaveMode.ON_SET_ATTRIBUTE);
        SpringSession session = stored(repository);
        session.changeSessionId();
        session.setAttribute("first", 1);
        log.loseNextAnswer();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(() -> repository.save(session));
        session.setAttribute("second", 2);
        repository.save(session);
        assertThat(repository.findById(session.getId()).getAttributeNames())
                .containsExactlyInAnyOrder("list", "text", "first", "second");
    }

    @Test
    void aPatchWhoseAnswerWasLostIsSavedAgain() {
        StoredSessionRepository repository = repository(SaveMode.ON_SET_ATTRIBUTE);
        SpringSession session = stored(repository);
        session.setAttribute("first", 1);
        log.loseNextAnswer();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(() -> repository.save(session));
        repository.save(session);
        assertThat(repository.findById(session.getId()).<Integer>getAttribute("first"))
                .isEqualTo(1);
    }
}

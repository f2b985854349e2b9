"""A slow request has read the session when another one changes it, ends it, or gives it a new id."""

import re
import threading

import httpx
import pytest
from conftest import PATIENCE, Browser
from flask import current_app, session


class Slow:
    """A request whose view waits between its reading and its writing."""

    def __init__(self, browser, write):
        self.read, self.go, self.response = threading.Event(), threading.Event(), None
        self.browser = Browser(browser.app, browser.cookie)

        def view():
            dict(session)
            self.read.set()
            assert self.go.wait(PATIENCE)
            return str(write())

        def request():
            self.response = self.browser.visit(view)

        self.thread = threading.Thread(target=request)
        self.thread.start()
        assert self.read.wait(PATIENCE)

    def finish(self):
        self.go.set()
        self.thread.join(PATIENCE)
        assert self.response.status_code == 200
        return self.response


def log_in():
    session.update(user="ada", cart=["tea"])


def set_another_key():
    session["late"] = 1


def pop_a_key():
    session.pop("cart")


def only_read():
    pass


def clear():
    session.clear()


def clear_and_put():
    session.clear()
    session["bye"] = "see you"


def pop_all():
    for name in list(session):
        session.pop(name)


def pop_the_user():
    session.pop("user")


def switch_user():
    session["user"] = "bob"


def regenerate():
    current_app.session_interface.regenerate(session)


def revoke_all():
    current_app.session_interface.revoke_all("ada")


def items():
    return {name: value for name, value in session.items() if name != "_permanent"}


@pytest.fixture
def ada(make_app):
    app = make_app(SESSION_STORE_PRINCIPAL="user", SESSION_STORE_ROTATION_GRACE=0, SESSION_PERMANENT=True)
    ada = Browser(app)
    ada.visit(log_in)
    return ada


@pytest.mark.parametrize("late", [set_another_key, pop_a_key, only_read, switch_user, regenerate])
@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (clear, "deleted"),
        (clear_and_put, "deleted"),
        (pop_all, "deleted"),
        (revoke_all, "revoked"),
        (pop_the_user, "rotated"),
        (switch_user, "rotated"),
        (regenerate, "rotated"),
    ],
)
def test_a_late_save_brings_nothing_back_and_leaves_the_newer_cookie_alone(ada, rest, late, end, reason):
    before = ada.cookie
    slow = Slow(ada, late)
    ada.visit(end)
    after = rest.read(ada.cookie)
    assert "Set-Cookie" not in slow.finish().headers
    assert rest.read(before) == reason
    assert rest.read(ada.cookie) == after
    assert rest.count() == (0 if ada.cookie is None or reason == "revoked" else 1)


def test_a_late_request_that_empties_a_session_which_has_a_new_id_leaves_the_newer_cookie_alone(make_app, rest):
    ada = Browser(make_app())
    ada.visit(lambda: session.update(flash="hello"))
    slow = Slow(ada, lambda: session.pop("flash"))
    ada.visit(regenerate)
    assert "Set-Cookie" not in slow.finish().headers
    assert rest.read(ada.cookie)["attributes"] == {"flash": "hello"}


@pytest.mark.parametrize("end", [clear, revoke_all, regenerate])
def test_a_late_logout_deletes_its_cookie_whatever_has_become_of_the_session(ada, end):
    slow = Slow(ada, clear)
    ada.visit(end)
    assert "Expires=Thu, 01 Jan 1970 00:00:00 GMT" in slow.finish().headers["Set-Cookie"]


@pytest.mark.parametrize("end", [set_another_key, clear, revoke_all, regenerate])
def test_a_late_logout_that_says_goodbye_begins_another_session_whatever_has_become_of_the_one_before(ada, end):
    before = ada.cookie
    slow = Slow(ada, clear_and_put)
    ada.visit(end)
    assert "Set-Cookie" in slow.finish().headers
    assert slow.browser.cookie not in (before, ada.cookie)
    assert slow.browser.see(items) == {"bye": "see you"}
    assert Browser(ada.app, before).see(items) == {}


def test_clearing_ends_what_a_parallel_request_has_put_in_meanwhile(ada, rest):
    slow = Slow(ada, clear)
    ada.visit(set_another_key)
    assert "Expires=Thu, 01 Jan 1970 00:00:00 GMT" in slow.finish().headers["Set-Cookie"]
    assert rest.read(ada.cookie) == "deleted"


def test_removing_the_last_key_keeps_what_a_parallel_request_has_put_in_meanwhile(make_app, rest):
    ada = Browser(make_app())
    ada.visit(lambda: session.update(a=1))
    slow = Slow(ada, lambda: session.pop("a"))
    ada.visit(set_another_key)
    slow.finish()
    assert slow.browser.cookie == ada.cookie
    assert rest.read(ada.cookie)["attributes"] == {"late": 1}


def test_a_session_that_ran_empty_and_changed_its_id_is_found_by_its_new_cookie(make_app, rest):
    ada = Browser(make_app(SESSION_STORE_PRINCIPAL="user"))
    ada.visit(lambda: session.update(user="ada"))
    slow = Slow(ada, lambda: session.pop("user"))
    ada.visit(set_another_key)
    slow.finish()
    assert slow.browser.cookie != ada.cookie
    assert rest.read(ada.cookie) == "rotated"
    assert slow.browser.see(lambda: dict(session)) == {"late": 1}


def test_a_late_write_to_the_same_key_wins_and_one_to_another_key_is_kept(ada):
    slow = Slow(ada, lambda: session.update(cart=["milk"], mine=1))
    ada.visit(lambda: session.update(cart=["bread"], theirs=1))
    slow.finish()
    assert ada.see(items) == {"user": "ada", "cart": ["milk"], "mine": 1, "theirs": 1}


def test_a_late_request_reads_on_within_the_grace_of_a_new_id(ada):
    ada.app.config["SESSION_STORE_ROTATION_GRACE"] = 60
    old = Browser(ada.app, ada.cookie)
    ada.visit(regenerate)
    assert old.see(lambda: session["cart"]) == ["tea"]
    response = old.visit(set_another_key)
    assert "Set-Cookie" not in response.headers
    assert ada.see(items) == {"user": "ada", "cart": ["tea"]}


def revoke_the_others():
    return str(current_app.session_interface.revoke_all("ada", keep=session))


@pytest.mark.parametrize("grace", [0, 60])
def test_a_session_that_is_kept_lives_on_under_the_id_that_another_request_gave_it(ada, grace):
    ada.app.config["SESSION_STORE_ROTATION_GRACE"] = grace
    laptop = Browser(ada.app)
    for _ in range(100):  # and is beyond the first page of a list
        phone = Browser(ada.app)
        phone.visit(log_in)
    laptop.visit(lambda: session.update(user="bob"))
    slow = Slow(ada, revoke_the_others)
    ada.visit(regenerate)
    ada.visit(regenerate)
    assert slow.finish().data == b"100"
    assert ada.see(items) == {"user": "ada", "cart": ["tea"]}
    assert phone.see(items) == {}
    assert laptop.see(items) == {"user": "bob"}


@pytest.mark.parametrize("end", [clear, revoke_all, pop_the_user, switch_user])
def test_nothing_is_kept_of_a_session_that_has_ended_or_has_another_owner(ada, rest, end):
    phone = Browser(ada.app)
    slow = Slow(ada, revoke_the_others)
    ada.visit(end)
    phone.visit(log_in)
    after = ada.see(items)
    assert slow.finish().data == b"1"
    assert phone.see(items) == {}
    assert ada.see(items) == after


def test_a_session_that_is_saved_twice_keeps_what_a_parallel_request_has_put_in_meanwhile(ada):
    def save_twice():
        session["mine"] = 1
        current_app.session_interface.save_session(ada.app, session._get_current_object(), ada.app.response_class())
        session["mine"] = 2
        del session["cart"]

    slow = Slow(ada, save_twice)
    ada.visit(set_another_key)
    slow.finish()
    assert ada.see(items) == {"user": "ada", "late": 1, "mine": 2}


def test_of_two_sessions_that_began_in_the_same_moment_none_is_kept_by_mistake(make_app, rest):
    class SameMoment(httpx.HTTPTransport):
        def handle_request(self, call):
            answer = super().handle_request(call)
            moment = re.sub(rb'("createdAt":"[^"]*)"', b'"createdAt":"2026-11-22T00:00:00.000Z"', answer.read())
            return httpx.Response(answer.status_code, headers=answer.headers, content=moment)

    app = make_app(SameMoment, SESSION_STORE_PRINCIPAL="user")
    ada, phone = Browser(app), Browser(app)
    ada.visit(log_in)
    phone.visit(log_in)
    slow = Slow(ada, revoke_the_others)
    ada.visit(regenerate)
    assert slow.finish().data == b"2"
    assert rest.count() == 0


def test_a_service_that_refuses_to_keep_what_it_lists_is_an_error(make_app, rest):
    class Refusing(httpx.HTTPTransport):
        def handle_request(self, call):
            if call.method == "DELETE":
                refusal = {"code": "invalid-field", "detail": "is no session of the principal"}
                return httpx.Response(422, headers={"Content-Type": "application/problem+json"}, json=refusal)
            return super().handle_request(call)

    ada = Browser(make_app(Refusing, SESSION_STORE_PRINCIPAL="user"))
    ada.visit(log_in)
    assert ada.visit(revoke_the_others).status_code == 500
    assert rest.count() == 1


def test_threads_that_start_together_share_a_store(ada):
    barrier = threading.Barrier(8)
    done = []

    def run(i):
        mine = Browser(ada.app, ada.cookie)
        barrier.wait(PATIENCE)
        for j in range(5):
            mine.visit(lambda name=f"{i}-{j}": session.update({name: 1}))
        done.append(i)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(done) == 8
    assert len(ada.see(items)) == 2 + 8 * 5

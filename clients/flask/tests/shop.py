"""A shop, as it would be written for Flask's own sessions."""

import os

from flask import Flask, current_app, jsonify, redirect, request, session
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user

from flask_session_store import SessionStore


class User(UserMixin):
    def __init__(self, name):
        self.id = name


def create_app():
    app = Flask("shop")
    app.config["SECRET_KEY"] = "for Flask-Login, which signs what it keeps in cookies of its own"
    app.config.from_prefixed_env()
    app.config["SESSION_STORE_PRINCIPAL"] = "_user_id"
    SessionStore(app)
    LoginManager(app).user_loader(User)

    @app.post("/login")
    def login():
        login_user(User(request.form["name"]))
        return redirect("/")

    @app.post("/logout")
    @login_required
    def logout():
        logout_user()
        return redirect("/")

    @app.post("/logout-everywhere")
    @login_required
    def logout_everywhere():
        return {"ended": current_app.session_interface.revoke_all(current_user.id)}

    @app.get("/")
    def home():
        return {"user": current_user.get_id(), "process": os.getpid()}

    @app.get("/cart")
    def cart():
        return jsonify({name: count for name, count in session.items() if not name.startswith("_")})

    @app.post("/cart/<item>")
    def put(item):
        session[item] = session.get(item, 0) + 1
        return redirect("/cart")

    # Connections are open before the server forks.
    app.test_client().get("/", headers={"Cookie": f"session={'x' * 43}"})
    return app

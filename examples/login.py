# SPDX-License-Identifier: Apache-2.0
"""The application that the examples log in at: an ordinary Flask one, that knows nothing of httpd.

    SECRET_KEY_FILE=… [PREFIX=/app] [COOKIE=session] python3 login.py PORT
"""
import hmac
import os
import re
import sys

from flask import Blueprint, Flask, abort, redirect, request, session

PREFIX = os.environ.get("PREFIX", "/app")
USERS = {"anna": ("tea", ["editor"]), "bob": ("coffee", [])}  # password, roles
FORM = """<!doctype html><title>Log in</title>
<form method="post"><input name="name"> <input name="password" type="password"> <button>Log in</button></form>
"""

app = Flask(__name__)
with open(os.environ["SECRET_KEY_FILE"], encoding="utf-8") as file:
    app.secret_key = file.read().removesuffix("\n")
app.config["SESSION_COOKIE_NAME"] = os.environ.get("COOKIE", "session")
app.config["SESSION_COOKIE_PATH"] = "/"  # the whole host, not /app/ alone
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
pages = Blueprint("pages", __name__, url_prefix=PREFIX)


def way_back():
    """Where the visitor came from: a path on this host, whatever stands in the address."""
    path = request.args.get("next", "")
    return path if re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", path) else PREFIX + "/"


@pages.get("/")
def home():
    return f"logged in as {session.get('user_id', 'nobody')}\n", {"Content-Type": "text/plain"}


@pages.get("/login")
def form():
    return FORM


@pages.post("/login")
def login():
    name = request.form.get("name", "")
    password, roles = USERS.get(name, ("", []))
    if not password or not hmac.compare_digest(password.encode(), request.form.get("password", "").encode()):
        abort(403)
    session.clear()
    session["user_id"] = name
    session["roles"] = roles
    return redirect(way_back(), 303)


@pages.post("/logout")
def logout():
    session.clear()
    return redirect(PREFIX + "/", 303)


app.register_blueprint(pages)

if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]))

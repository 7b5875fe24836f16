# SPDX-License-Identifier: Apache-2.0
"""The Python application beside WordPress: an ordinary Flask one, that knows nothing of httpd or WordPress.

    SECRET_KEY_FILE=… python3 app.py SOCKET
"""
import json
import os
import re
import secrets
import sys

from flask import Flask, redirect, render_template_string, request, session
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import run_simple

app = Flask(__name__)
with open(os.environ["SECRET_KEY_FILE"], encoding="utf-8") as file:
    app.secret_key = file.read()
app.config["SESSION_COOKIE_PATH"] = "/"  # the whole host, not /app/ alone
app.config.from_prefixed_env()  # FLASK_…

PAGE = """<!doctype html>
<html lang="en">
<title>The application</title>
{% if session.user_id %}
  <h1>Hello {{ session.user_id }}</h1>
  <form method="post" action="/app/logout"><button>Log out</button></form>
{% else %}
  <h1>Log in</h1>
  <form method="post">
    <label>Name <input name="name"></label>
    <label>What else the session holds <textarea name="more"></textarea></label>
    <button>Log in</button>
  </form>
{% endif %}
"""


def way_back():
    """Where the visitor came from: a path on this host, whatever stands in the address."""
    path = request.args.get("next", "")
    return path if re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", path) else "/app/"


@app.get("/")
@app.get("/login")
def home():
    return render_template_string(PAGE)


@app.post("/")
@app.post("/login")
def login():
    session.clear()
    session["user_id"] = request.form["name"]
    session["login"] = secrets.token_hex(8)  # as Flask-WTF's csrf_token: no two logins are the same session
    session.update(json.loads(request.form.get("more") or "{}"))
    return redirect(way_back(), 303)


@app.post("/logout")
def logout():
    session.clear()
    return redirect("/app/", 303)


if __name__ == "__main__":
    mounted = DispatcherMiddleware(lambda *_: 1 / 0, {"/app": app})
    run_simple("unix://" + sys.argv[1], 0, mounted, threaded=True)

# SPDX-License-Identifier: Apache-2.0
"""The demo's Flask application: an ordinary one, that knows nothing of httpd or PHP.

    SECRET_KEY_FILE=… python3 app.py SOCKET
"""
import os
import sys
from datetime import datetime, timezone

from flask import Flask, redirect, render_template_string, request, session
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import run_simple

app = Flask(__name__)
with open(os.environ["SECRET_KEY_FILE"], encoding="utf-8") as file:
    app.secret_key = file.read()
app.config["SESSION_COOKIE_PATH"] = "/"  # the whole host, not /app/ alone
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
app.config.from_prefixed_env()  # FLASK_…, for who wants it otherwise

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The Flask application</title>
<link rel="stylesheet" href="/style.css">
<header class="bar flask"><b>/app/</b> Flask writes the session <nav><a href="/">PHP reads it →</a></nav></header>
<main>
{% if session.user_id %}
  <h1>Hello {{ session.user_id }}</h1>
  <p>You have been logged in since {{ session.since.strftime("%H:%M:%S") }} UTC.</p>
  <form method="post" action="cart" class="row">
    <label>Put something into the cart <input name="item" maxlength="40" required autofocus></label>
    <button>Add</button>
  </form>
  {% if session.cart %}<ul>{% for item in session.cart %}<li>{{ item }}{% endfor %}</ul>{% endif %}
  <p><a class="button" href="/">See what PHP knows</a></p>
  <form method="post" action="logout"><button class="quiet">Log out</button></form>
{% else %}
  <h1>Log in</h1>
  <p>Any name will do. Flask signs it into its session cookie; nothing is stored on the server.</p>
  <form method="post" action="login" class="row">
    <label>Your name <input name="name" maxlength="40" required autofocus></label>
    <button>Log in</button>
  </form>
{% endif %}
</main>
"""


@app.get("/")
def home():
    return render_template_string(PAGE)


@app.post("/login")
def login():
    session["user_id"] = request.form["name"][:40]
    session["roles"] = ["reader", "editor"]
    session["since"] = datetime.now(timezone.utc)
    session["cart"] = []
    session["visits"] = session.get("visits", 0) + 1
    return redirect("/app/", 303)


@app.post("/cart")
def cart():
    if "user_id" in session:
        session["cart"] = [*session["cart"], request.form["item"][:40]][-8:]
    return redirect("/app/", 303)


@app.post("/logout")
def logout():
    session.clear()
    return redirect("/app/", 303)


if __name__ == "__main__":
    mounted = DispatcherMiddleware(lambda *_: 1 / 0, {"/app": app})
    run_simple("unix://" + sys.argv[1], 0, mounted, threaded=True)

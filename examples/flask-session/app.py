# SPDX-License-Identifier: Apache-2.0
"""An application with Flask-Session: an id in the cookie, the session in redis.

    REDIS=127.0.0.1:6379 python3 app.py PORT
"""
import os
import sys

import redis
from flask import Flask, redirect, request, session
from flask_session import Session

host, port = os.environ["REDIS"].split(":")
app = Flask(__name__)
app.config["SESSION_TYPE"] = "redis"
app.config["SESSION_REDIS"] = redis.Redis(host, int(port))
Session(app)


@app.get("/app/")
def home():
    return f"logged in as {session.get('user_id', 'nobody')}\n", {"Content-Type": "text/plain"}


@app.post("/app/login")
def login():
    if request.form.get("name") != "anna" or request.form.get("password") != "tea":
        return "no\n", 403
    session["user_id"] = "anna"
    session["roles"] = ["editor"]
    return redirect("/app/", 303)


@app.post("/app/logout")
def logout():
    session.clear()
    return redirect("/app/", 303)


if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]))

# SPDX-License-Identifier: Apache-2.0
"""A service that believes its proxy: whoever X-User names is logged in.

    python3 wiki.py PORT
"""
import sys

from flask import Flask, request

app = Flask(__name__)


@app.get("/wiki/")
def home():
    return f"hello {request.headers.get('X-User', 'stranger')}, roles: {request.headers.get('X-Roles', 'none')}\n"


@app.route("/wiki/headers", methods=["GET", "POST", "PUT", "OPTIONS"])
def headers():
    """All that came."""
    return "".join(f"{name}: {value}\n" for name, value in request.headers)


if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]))

# SPDX-License-Identifier: Apache-2.0
# Answers with its environment, a variable a line: for uwsgi, by its protocols uwsgi and scgi.


def application(environ, start_response):
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [("%s=%s\n" % (name, value)).encode("latin-1", "replace")
            for name, value in sorted(environ.items()) if isinstance(value, str)]
